import type { CheckError } from "./errors";
import type { Verdict } from "./verdict";

/** Background → page: show a card for this picture. Answered with whether there was room for one. */
export interface OpenCard {
  type: "open-card";
  id: string;
  /** As the browser gives it: "" for a data: address that it finds too long, and for a background. */
  srcUrl: string;
  allowed: boolean;
}

/** Background → every frame of a page: take away the card of an earlier check. */
export interface CloseCard {
  type: "close-card";
}

/**
 * Page → background: run the check with this id. The page asks, rather than waits to be told, so that
 * a background worker that the browser has stopped is started again, and its death is an error here.
 */
export interface RunCheck {
  type: "run-check";
  id: string;
  /** A better address of the same picture on the same host, if the page offers one. */
  best?: string;
  /** The bytes, where they are in the page itself (blob: and data: addresses). */
  picture?: Blob;
}

export type CheckReply = { verdict: Verdict; picture: Blob } | { error: CheckError };

/** Page → background: the person says what the picture of a verdict is. */
export interface SendFeedback {
  type: "send-feedback";
  /** The verdict's id. */
  id: string;
  label: Label;
}

export type Label = "real" | "ai" | "ai_edited";
export type FeedbackReply = { ok: true } | { error: CheckError };

/** Feed → background: the badge of this picture was chosen; open its card. */
export interface AskCard {
  type: "ask-card";
  srcUrl: string;
}

/** Card → background: open the page that says what a verdict means. */
export interface OpenMeaning {
  type: "open-meaning";
}

/**
 * Popup or background → feed of a page: tell your `Counts`; try again what failed, because something
 * changed; take every badge away.
 */
export interface ToFeed {
  type: "ask-counts" | "retry-feed" | "stop-feed";
}

/** What a page's feed has to tell. */
export interface Counts {
  site: string;
  ai: number;
  ai_edited: number;
  unsure: number;
  real: number;
  error: number;
  checking: number;
  /** Hosts whose pictures could not be read for want of the person's leave. */
  refused: string[];
}

export const FEED_PORT = "feed";

/** One picture that a page wants checked. */
export interface Want {
  /** Unique in the page. */
  id: string;
  /** Its addresses, best first. */
  sources: string[];
  /** The bytes, where they are in the page itself. */
  picture?: Blob;
}

/**
 * Feed → background: all that the page wants now, nearest to the window first. What an earlier message
 * named and this one does not is wanted no more, so saying it again is harmless.
 */
export interface Wants {
  type: "wants";
  wants: Want[];
  /** Pictures of AI on the page, for the toolbar. */
  found: number;
}

/** Background → feed. */
export type FeedAnswer = { id: string } & ({ verdict: Verdict } | { error: CheckError });
export type FeedNews =
  | { type: "answer"; answer: FeedAnswer }
  /** The service cannot be asked now; what was wanted stays so. */
  | { type: "waiting"; waiting: boolean };
