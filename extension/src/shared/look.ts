import type { FeedAnswer } from "./messages";
import type { FeedSettings } from "./settings";

export type BadgeKind = "checking" | "waiting" | "ai" | "ai_edited" | "real" | "unsure" | "error";

/** How a badge looks; each kind has a word and a shape, so that colour never says it alone. */
export interface Look {
  kind: BadgeKind;
  /** P(AI) to show, or null. */
  probability: number | null;
  /** Whether a screen reader is told as soon as it appears. */
  live: boolean;
  blur: boolean;
}

/** From what is known of a picture to its badge; null where the person wants none. */
export function lookOf(
  answer: FeedAnswer | null,
  waiting: boolean,
  { show, blur, confidence }: FeedSettings,
): Look | null {
  const plain = { probability: null, live: false, blur: false };
  if (!answer) return { kind: waiting ? "waiting" : "checking", ...plain };
  if ("error" in answer) return show.error ? { kind: "error", ...plain } : null;
  const { verdict: kind, basis } = answer.verdict;
  const made = kind === "ai" || kind === "ai_edited";
  if (!show[kind]) return null;
  // What a signature or a note decides, the pixels' probability does not explain.
  const probability = confidence && basis === "classifier" ? answer.verdict.probability : null;
  return { kind, probability, live: made, blur: blur && made };
}
