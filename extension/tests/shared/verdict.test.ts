import { expect, test } from "vitest";
import { certainty, day, isVerdict, percent, sentence } from "../../src/shared/verdict";
import { VERDICT } from "../verdict-example";

test.each([
  ["ai", "Likely made by AI"],
  ["ai_edited", "Likely edited with AI"],
  ["real", "Likely real"],
  ["unsure", "Unsure: cannot tell"],
] as const)("%s reads %j", (verdict, text) => {
  expect(sentence({ verdict, basis: "classifier" })).toBe(text);
});

test.each([
  ["ai", "Made by AI"],
  ["ai_edited", "Edited with AI"],
  ["real", "Likely real"],
] as const)("%s, signed, reads %j", (verdict, text) => {
  expect(sentence({ verdict, basis: "signed_provenance" })).toBe(text);
});

test.each([
  ["2025-11-23T12:00:00Z", "November 23, 2025"],
  ["2018-06-19T17:54:30", "June 19, 2018"],
  ["in May", ""],
  [null, ""],
])("%j is the day %j", (time, text) => {
  expect(day({ time })).toBe(text);
});

test("a certainty that is not known is left out", () => {
  expect(certainty({ certainty: "signed" })).toBe("signed by a known signer");
  expect(certainty({ certainty: "sealed" })).toBe("");
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
