import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Messages = Record<string, { message: string }>;

const FOLDER = "src/_locales";
const read = (locale: string): Messages =>
  JSON.parse(readFileSync(`${FOLDER}/${locale}/messages.json`, "utf8"));
const english = read("en");
const holes = (text: string | undefined) => (text?.match(/\$\d/g) ?? []).sort();

const locales = readdirSync(FOLDER);

test("the languages that there are", () => {
  expect(locales.sort()).toEqual(["ar", "de", "en", "es", "fr", "ja", "zh_CN"]);
});

test.each(locales)("%s says everything, with the same values", (locale) => {
  const messages = read(locale);
  expect(Object.keys(messages)).toEqual(Object.keys(english));
  for (const [key, { message }] of Object.entries(messages)) {
    expect(message.trim(), key).not.toBe("");
    expect(holes(message), key).toEqual(holes(english[key]?.message));
  }
});

test.each(locales)("%s: what the stores cut off is not there", (locale) => {
  const { name, description } = read(locale);
  expect(name?.message.length).toBeLessThanOrEqual(45);
  expect(description?.message.length).toBeLessThanOrEqual(132);
});
