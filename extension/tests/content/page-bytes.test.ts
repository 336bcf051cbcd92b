// @vitest-environment node
// because the fetch of happy-dom reads no blob: address.
import { expect, test, vi } from "vitest";
import { isInPage, pageBytes } from "../../src/content/page-bytes";
import { MAX_BYTES } from "../../src/shared/limit";

test.each([
  ["blob:https://site.example/1b2c", true],
  ["data:image/png;base64,AQID", true],
  ["https://site.example/data:a.jpg", false],
  ["", false],
])("%j is in the page: %s", (address, inPage) => {
  expect(isInPage(address)).toBe(inPage);
});

test.each([
  ["data:image/png;base64,AQL/", [1, 2, 255]],
  ["data:image/png;charset=utf-8;BASE64,AQL%2F", [1, 2, 255]],
  ["data:image/gif,%01%02%ff,a", [1, 2, 255, 44, 97]],
])("%s is decoded", async (address, bytes) => {
  const picture = await pageBytes(address);
  expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual(bytes);
});

test("a blob: address is read while the page keeps it", async () => {
  const address = URL.createObjectURL(new Blob(["picture"]));
  expect(await (await pageBytes(address)).text()).toBe("picture");
  URL.revokeObjectURL(address);
  await expect(pageBytes(address)).rejects.toMatchObject({
    code: "picture_withheld",
    values: ["http://localhost:8000"],
  });
});

test("a picture over the cap goes no further", async () => {
  const fetched = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", fetched);
  fetched.mockResolvedValueOnce(new Response(new Uint8Array(MAX_BYTES)));
  expect((await pageBytes("blob:a")).size).toBe(MAX_BYTES);
  fetched.mockResolvedValueOnce(new Response(new Uint8Array(MAX_BYTES + 1)));
  await expect(pageBytes("blob:a")).rejects.toMatchObject({ code: "picture_too_large" });
});
