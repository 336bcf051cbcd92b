import type { CheckError } from "./errors";
import type { Verdict } from "./verdict";

/** Background → page: show a card for this picture. Answered with whether there was room for one. */
export interface OpenCard {
  type: "open-card";
  id: string;
  /** As the browser gives it: "" for a data: address that it finds too long. */
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
  /** The bytes, where they are in the page itself (blob: and data: addresses). */
  picture?: Blob;
}

export type CheckReply = { verdict: Verdict; picture: Blob } | { error: CheckError };
