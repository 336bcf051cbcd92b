import { beforeEach, expect, test, vi } from "vitest";
import { check } from "../../src/background/service";
import { VERDICT } from "../verdict-example";

const fetched = vi.fn<typeof fetch>();
const SERVICE = "http://localhost:8000";
const ACCESS = { service: SERVICE, key: "" };
const PICTURE = new Blob([new Uint8Array([1, 2, 3])], { type: "text/html" });

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

function problem(status: number, detail?: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: "No", status, detail }), {
    status,
    headers: { "Content-Type": "application/problem+json; charset=utf-8" },
  });
}

test("bytes go in, a verdict comes out", async () => {
  fetched.mockResolvedValue(Response.json(VERDICT));
  expect(await check(PICTURE, ACCESS)).toEqual(VERDICT);
  expect(fetched).toHaveBeenCalledExactlyOnceWith(
    `${SERVICE}/v1/check?explain=1`,
    expect.objectContaining({
      method: "POST",
      body: PICTURE,
      credentials: "omit",
      headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
    }),
  );
});

test.each([
  [415, false],
  [422, false],
  [429, true],
  [503, true],
])("problem %d shows its detail; try again: %s", async (status, retry) => {
  fetched.mockResolvedValue(problem(status, "The file is not a picture."));
  await expect(check(PICTURE, ACCESS)).rejects.toMatchObject({
    code: "service_problem",
    values: ["The file is not a picture."],
    retry,
  });
});

test("a problem without a detail shows its title", async () => {
  fetched.mockResolvedValue(problem(500));
  await expect(check(PICTURE, ACCESS)).rejects.toMatchObject({ values: ["No"] });
});

test.each([
  ["a page", 404, "<h1>Not found</h1>"],
  ["another API", 200, '{"ok": true}'],
  ["nothing", 204, null],
])("%s is not RealEyez", async (_, status, body) => {
  fetched.mockResolvedValue(new Response(body, { status }));
  await expect(check(PICTURE, ACCESS)).rejects.toMatchObject({
    code: "service_unknown",
    values: [SERVICE, String(status)],
    retry: false,
  });
});

test("a service that is not running", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(check(PICTURE, ACCESS)).rejects.toMatchObject({
    code: "service_unreachable",
    values: [SERVICE],
    retry: true,
  });
});

test("a service that takes too long", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  fetched.mockRejectedValue(new DOMException("signal timed out", "TimeoutError"));
  await expect(check(PICTURE, ACCESS)).rejects.toMatchObject({
    code: "service_slow",
    values: [SERVICE, "25"],
    retry: true,
  });
  expect(timeout).toHaveBeenCalledExactlyOnceWith(25_000);
});
