import { beforeEach, expect, test, vi } from "vitest";
import { Cache } from "../../../src/background/feed/cache";
import { LookUp } from "../../../src/background/feed/look-up";
import type { Want } from "../../../src/shared/messages";
import { VERDICT } from "../../verdict-example";

const SIGNAL = new AbortController().signal;
const BEST = "https://cdn.example/large.jpg";
const SHOWN = "https://cdn.example/small.jpg";
const WANT: Want = { id: "1", sources: [BEST, SHOWN] };
const HASH = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"; // of 1, 2, 3

let version = VERDICT.model.version;
let closed: string[] = [];
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  closed = [];
  version = VERDICT.model.version;
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address.replace("http://localhost:8000", ""));
    const model = { ...VERDICT.model, version };
    if (address.endsWith("/v1/model")) return Response.json(model);
    if (address.includes("/v1/check")) {
      return Response.json({ ...VERDICT, model, image: { ...VERDICT.image, sha256: HASH } });
    }
    return new Response(new Uint8Array([1, 2, 3]), {
      status: closed.includes(address) ? 403 : 200,
    });
  });
});

test("the original's bytes, once; the same picture is then known, for a new worker too", async () => {
  expect(await new LookUp(new Cache()).verdict(WANT, SIGNAL)).toMatchObject({ verdict: "ai" });
  expect(asked).toEqual(["/v1/model", BEST, "/v1/check?priority=feed"]);
  asked.length = 0;
  await new LookUp(new Cache()).verdict(WANT, SIGNAL);
  expect(asked).toEqual(["/v1/model"]);
});

test("the same bytes at another address are sent no second time", async () => {
  const lookUp = new LookUp(new Cache());
  await lookUp.verdict(WANT, SIGNAL);
  await lookUp.verdict({ id: "2", sources: ["https://other.example/copy.jpg"] }, SIGNAL);
  expect(asked.filter((it) => it.includes("check"))).toHaveLength(1);
});

test("another model decides anew", async () => {
  await new LookUp(new Cache()).verdict(WANT, SIGNAL);
  version = "2.0.0";
  asked.length = 0;
  await new LookUp(new Cache()).verdict(WANT, SIGNAL);
  expect(asked).toContain("/v1/check?priority=feed");
});

test("where the best address is closed, the one that the page shows", async () => {
  closed = [BEST];
  await new LookUp(new Cache()).verdict(WANT, SIGNAL);
  expect(asked).toEqual(["/v1/model", BEST, SHOWN, "/v1/check?priority=feed"]);
});

test("twice at a time is once", async () => {
  const lookUp = new LookUp(new Cache());
  await Promise.all([lookUp.verdict(WANT, SIGNAL), lookUp.verdict({ ...WANT, id: "2" }, SIGNAL)]);
  expect(asked.filter((it) => it === BEST)).toHaveLength(1);
});

test("while the service is away, no picture is downloaded", async () => {
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    throw new TypeError("Failed to fetch");
  });
  const outcome = new LookUp(new Cache()).verdict(WANT, SIGNAL);
  await expect(outcome).rejects.toMatchObject({ code: "service_unreachable", rest: 0 });
  expect(asked).toEqual(["http://localhost:8000/v1/model"]);
});
