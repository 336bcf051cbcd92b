import { beforeEach, expect, test, vi } from "vitest";
import { recall, remember } from "../../src/background/pending";
import { runCheck } from "../../src/background/run-check";
import { VERDICT } from "../verdict-example";

const fetched = vi.fn<typeof fetch>();
const DATA = "data:image/png;base64,AQID";

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

test("a check that was asked for runs once", async () => {
  await remember("a", { srcUrl: "https://cdn.example/a.jpg", tabId: 7 });
  fetched.mockResolvedValueOnce(new Response(new Uint8Array([1, 2, 3])));
  fetched.mockResolvedValueOnce(Response.json(VERDICT));
  const reply = await runCheck({ type: "run-check", id: "a" }, 7);
  expect(reply).toMatchObject({ verdict: VERDICT });
  expect("picture" in reply && reply.picture.size).toBe(3);
  expect(await recall("a", 7)).toBeNull();
});

test("a check that failed may be run again", async () => {
  await remember("a", { srcUrl: "https://cdn.example/a.jpg", tabId: 7 });
  fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  expect(await runCheck({ type: "run-check", id: "a" }, 7)).toEqual({
    error: { code: "picture_unreachable", values: ["cdn.example"], retry: true },
  });
  fetched.mockResolvedValueOnce(new Response(new Uint8Array([1])));
  fetched.mockResolvedValueOnce(Response.json(VERDICT));
  expect(await runCheck({ type: "run-check", id: "a" }, 7)).toHaveProperty("verdict");
});

test("bytes that the page sends are taken, not fetched", async () => {
  const picture = new Blob(["blob"]);
  await remember("a", { srcUrl: "blob:https://site.example/1b2c", tabId: 7 });
  fetched.mockResolvedValueOnce(Response.json(VERDICT));
  expect(await runCheck({ type: "run-check", id: "a", picture }, 7)).toHaveProperty("verdict");
  expect(fetched.mock.calls[0]?.[1]?.body).toBe(picture);
});

test.each([
  ["of an unknown id", "b", 7],
  ["of another tab", "a", 8],
  ["of no tab", "a", undefined],
])("a check %s is refused", async (_, id, tabId) => {
  await remember("a", { srcUrl: DATA, tabId: 7 });
  expect(await runCheck({ type: "run-check", id }, tabId)).toEqual({
    error: { code: "interrupted", values: [], retry: false },
  });
  expect(fetched).not.toHaveBeenCalled();
});
