import { beforeEach, expect, test, vi } from "vitest";
import { imageBytes } from "../../src/background/image-bytes";
import { MAX_BYTES } from "../../src/shared/limit";

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

const URL = "https://cdn.example/a.jpg";
const SERVICE = "http://localhost:8000";

test("a picture comes as the site serves it to anyone", async () => {
  fetched.mockResolvedValue(new Response(new Uint8Array([1, 2, 3])));
  const picture = await imageBytes(URL);
  expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([1, 2, 3]);
  expect(fetched).toHaveBeenCalledExactlyOnceWith(
    URL,
    expect.objectContaining({ credentials: "omit", headers: { Accept: "image/*" } }),
  );
});

test.each(["data:", "blob:https://site.example/1b2c", "file:///a.jpg"])(
  "%s is left alone",
  async (url) => {
    const scheme = `${url.split(":")[0]}:`;
    await expect(imageBytes(url)).rejects.toMatchObject({
      code: "picture_address",
      values: [scheme, SERVICE],
    });
    expect(fetched).not.toHaveBeenCalled();
  },
);

test("exactly the most bytes are taken, one more is not", async () => {
  fetched.mockResolvedValueOnce(new Response(new Uint8Array(MAX_BYTES)));
  expect((await imageBytes(URL)).size).toBe(MAX_BYTES);
  fetched.mockResolvedValueOnce(new Response(new Uint8Array(MAX_BYTES + 1)));
  await expect(imageBytes(URL)).rejects.toMatchObject({
    code: "picture_too_large",
    values: ["20"],
    retry: false,
  });
});

test("a download over the cap is broken off", async () => {
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(4 * 2 ** 20)),
    cancel: () => {
      cancelled = true;
    },
  });
  fetched.mockResolvedValue(new Response(endless));
  await expect(imageBytes(URL)).rejects.toMatchObject({ code: "picture_too_large" });
  expect(cancelled).toBe(true);
});

test.each([
  [404, false],
  [403, false],
  [503, true],
])("status %d is told; try again: %s", async (status, retry) => {
  fetched.mockResolvedValue(new Response("no", { status }));
  await expect(imageBytes(URL)).rejects.toMatchObject({
    code: "picture_refused",
    values: ["cdn.example", String(status), SERVICE],
    retry,
  });
});

test("a site that does not answer", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(imageBytes(URL)).rejects.toMatchObject({
    code: "picture_unreachable",
    values: ["cdn.example"],
    retry: true,
  });
});

test("a site that nobody allowed", async () => {
  chrome.permissions.contains = async () => false;
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(imageBytes(URL)).rejects.toMatchObject({
    code: "not_allowed",
    values: ["cdn.example"],
  });
});

test("a caller that has gone", async () => {
  const caller = AbortSignal.abort();
  fetched.mockImplementation(async (_, init) => Promise.reject(init?.signal?.reason));
  await expect(imageBytes(URL, caller)).rejects.toMatchObject({ name: "AbortError" });
});

test("a site that takes too long, also in the middle of the picture", async () => {
  const late = new DOMException("signal timed out", "TimeoutError");
  fetched.mockRejectedValueOnce(late);
  await expect(imageBytes(URL)).rejects.toMatchObject({ code: "picture_slow", retry: true });
  const stalled = new ReadableStream({ start: (controller) => controller.error(late) });
  fetched.mockResolvedValueOnce(new Response(stalled));
  await expect(imageBytes(URL)).rejects.toMatchObject({ code: "picture_slow" });
});

test("the time limit is set", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  fetched.mockResolvedValue(new Response("x"));
  await imageBytes(URL);
  expect(timeout).toHaveBeenCalledExactlyOnceWith(20_000);
  expect(fetched.mock.calls[0]?.[1]?.signal).toBe(timeout.mock.results[0]?.value);
});
