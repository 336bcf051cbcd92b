import { expect, test } from "vitest";
import { parseAddress, saveServiceAddress, serviceAddress } from "../../src/shared/settings";

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
