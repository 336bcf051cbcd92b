import { expect, test } from "vitest";
import { isVerdict, percent, sentence } from "../../src/shared/verdict";
import { VERDICT } from "../verdict-example";

test.each([
  ["ai", "Likely made by AI"],
  ["ai_edited", "Likely edited with AI"],
  ["real", "Likely real"],
  ["unsure", "Unsure: cannot tell"],
] as const)("%s reads %j", (verdict, text) => {
  expect(sentence({ verdict })).toBe(text);
});

test.each([
  [0, "<1%"],
  [0.0099, "<1%"],
  [0.01, "1%"],
  [0.934, "93%"],
  [0.99, "99%"],
  [0.9951, ">99%"],
  [1, ">99%"],
])("%d reads %j", (probability, text) => {
  expect(percent(probability)).toBe(text);
});

test("the service's answer is a verdict", () => {
  expect(isVerdict(VERDICT)).toBe(true);
});

test.each([
  null,
  "ok",
  [],
  {},
  { ...VERDICT, verdict: "fake" },
  { ...VERDICT, probability: "0.9" },
  { ...VERDICT, basis: undefined },
  { ...VERDICT, image: null },
])("%j is no verdict", (answer) => {
  expect(isVerdict(answer)).toBe(false);
});
