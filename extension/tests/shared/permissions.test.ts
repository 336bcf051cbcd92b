import { beforeEach, expect, test, vi } from "vitest";
import { requestSite, sitePattern } from "../../src/shared/permissions";

const request = vi.fn<(permissions: chrome.permissions.Permissions) => Promise<boolean>>();
const contains = vi.fn<(permissions: chrome.permissions.Permissions) => Promise<boolean>>();

beforeEach(() => {
  request.mockReset();
  contains.mockReset();
  Object.assign(chrome, { permissions: { request, contains } });
});

test.each([
  ["https://cdn.example:8443/a/b.jpg?c", "https://cdn.example/*"],
  ["http://cdn.example/a.jpg", "http://cdn.example/*"],
  ["data:image/png;base64,AAAA", null],
  ["blob:https://site.example/1b2c", null],
])("%s belongs to %s", (address, pattern) => {
  expect(sitePattern(address)).toBe(pattern);
});

test.each([true, false])("the person's answer counts: %s", async (answer) => {
  request.mockResolvedValue(answer);
  expect(await requestSite("https://cdn.example/a.jpg")).toBe(answer);
  expect(request).toHaveBeenCalledWith({ origins: ["https://cdn.example/*"] });
});

test("the question is put before anything is awaited", () => {
  request.mockResolvedValue(true);
  void requestSite("https://cdn.example/a.jpg");
  expect(request).toHaveBeenCalledOnce();
});

test("where no question can be put, what is allowed already counts", async () => {
  request.mockRejectedValue(new Error("must be called during a user gesture"));
  contains.mockResolvedValue(true);
  expect(await requestSite("https://cdn.example/a.jpg")).toBe(true);
});

test("a data: address needs no leave", async () => {
  expect(await requestSite("data:image/png;base64,AAAA")).toBe(true);
  expect(request).not.toHaveBeenCalled();
});
