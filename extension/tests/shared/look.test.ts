import { expect, test } from "vitest";
import messages from "../../src/_locales/en/messages.json";
import { lookOf } from "../../src/shared/look";
import type { FeedAnswer } from "../../src/shared/messages";
import { DEFAULTS } from "../../src/shared/settings";
import type { Verdict } from "../../src/shared/verdict";
import { VERDICT } from "../verdict-example";

const answer = (verdict: Verdict["verdict"]): FeedAnswer => ({
  id: "1",
  verdict: { ...VERDICT, verdict },
});
const ERROR: FeedAnswer = { id: "1", error: { code: "not_allowed", values: [], retry: false } };

test("before the answer", () => {
  expect(lookOf(null, false, DEFAULTS)?.kind).toBe("checking");
  expect(lookOf(null, true, DEFAULTS)?.kind).toBe("waiting");
});

test.each(["ai", "ai_edited", "unsure", "real"] as const)("%s, if the person wants it", (kind) => {
  expect(lookOf(answer(kind), false, DEFAULTS)?.kind).toBe(kind);
  const show = { ...DEFAULTS.show, [kind]: false };
  expect(lookOf(answer(kind), false, { ...DEFAULTS, show })).toBeNull();
});

test("an error, if the person wants it", () => {
  expect(lookOf(ERROR, false, DEFAULTS)?.kind).toBe("error");
  expect(
    lookOf(ERROR, false, { ...DEFAULTS, show: { ...DEFAULTS.show, error: false } }),
  ).toBeNull();
});

test("AI alone is told at once and blurred", () => {
  const settings = { ...DEFAULTS, blur: true, confidence: true };
  expect(lookOf(answer("ai"), false, settings)).toEqual({
    kind: "ai",
    probability: 0.934,
    live: true,
    blur: true,
  });
  expect(lookOf(answer("real"), false, settings)).toMatchObject({ live: false, blur: false });
});

test("the pixels' probability is not shown of what a note decided", () => {
  const verdict = { ...VERDICT, basis: "declared_metadata" as const };
  const look = lookOf({ id: "1", verdict }, false, { ...DEFAULTS, confidence: true });
  expect(look).toMatchObject({ kind: "ai", probability: null });
});

test("every kind has a word", () => {
  for (const kind of ["checking", "waiting", "ai", "ai_edited", "real", "unsure", "error"]) {
    expect(messages).toHaveProperty([`badge_${kind}`]);
    expect(messages).toHaveProperty([`badge_${kind}_long`]);
  }
});
