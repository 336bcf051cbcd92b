import { expect, test } from "vitest";
import {
  DEFAULTS,
  exportSettings,
  importSettings,
  parseAddress,
  type Settings,
  saveServiceAddress,
  serviceAddress,
} from "../../src/shared/settings";

test("the service is on this computer until told otherwise", async () => {
  expect(await serviceAddress()).toBe("http://localhost:8000");
  await saveServiceAddress("https://eyes.example");
  expect(await serviceAddress()).toBe("https://eyes.example");
});

test.each([
  [" http://localhost:8000/ ", "http://localhost:8000"],
  ["https://eyes.example/check/", "https://eyes.example/check"],
  ["localhost:8000", null],
  ["ftp://eyes.example", null],
  ["", null],
])("%j is read as %j", (text, address) => {
  expect(parseAddress(text)).toBe(address);
});

test("settings go to a file and come back, the key does not", async () => {
  const mine: Settings = {
    ...DEFAULTS,
    service: "https://realeyez.example",
    key: "rk_secret",
    pages: ["https://x.com/*"],
    blur: true,
  };
  const file = exportSettings(mine);
  expect(file).not.toContain("rk_secret");
  const { key: _, ...rest } = mine;
  expect(importSettings(file)).toEqual(rest);
});

test.each(["", "{}", "[]", "null", '{"realeyez": 2}'])("%j is no settings file", (text) => {
  expect(importSettings(text)).toBeNull();
});

test("what is wrong in a file is as by default", () => {
  const file = { realeyez: 1, service: "nonsense", pages: ["<all_urls>", 3], blur: "yes", show: 1 };
  const { key: _, ...rest } = DEFAULTS;
  expect(importSettings(JSON.stringify(file))).toEqual(rest);
});
