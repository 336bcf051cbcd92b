import { CheckFailure, isAbort } from "../../shared/errors";
import type { Want } from "../../shared/messages";
import { settings } from "../../shared/settings";
import type { Verdict } from "../../shared/verdict";
import { imageBytes } from "../image-bytes";
import { check, model } from "../service";
import { type Cache, modelKey } from "./cache";

/** The model may be another one after so long. */
const MODEL_MS = 10 * 60_000;

/** From what a page wants to a verdict: remembered, or asked of the service with the original's bytes. */
export class LookUp {
  readonly #cache: Cache;
  readonly #underway = new Map<string, Promise<Verdict>>();
  #model: { key: string; until: number } | null = null;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** One picture; the same one twice at a time is fetched and sent once. */
  async verdict(want: Want, signal: AbortSignal): Promise<Verdict> {
    const [address = ""] = want.sources;
    if (want.picture) return this.#decide(want.picture, signal);
    const other = this.#underway.get(address);
    if (other) {
      // Another page's wish may be cancelled without ours.
      const shared = await other.catch((error) => (isAbort(error) ? null : Promise.reject(error)));
      if (shared) return shared;
    }
    signal.throwIfAborted();
    const own = this.#find(want.sources, signal).finally(() => this.#underway.delete(address));
    this.#underway.set(address, own);
    return own;
  }

  async #find(sources: string[], signal: AbortSignal): Promise<Verdict> {
    const [address = ""] = sources;
    // Asked first of all: while the service is away, no picture is downloaded in vain.
    const model = await this.#currentModel();
    const sha256 = await this.#cache.hash(address);
    const known = sha256 && (await this.#cache.verdict(sha256, model));
    if (known) return known;
    const verdict = await this.#decide(await firstBytes(sources, signal), signal);
    void this.#cache.putHash(address, verdict.image.sha256);
    return verdict;
  }

  async #decide(picture: Blob, signal: AbortSignal): Promise<Verdict> {
    const [sha256, model, access] = await Promise.all([
      hashOf(picture),
      this.#currentModel(),
      settings(),
    ]);
    const known = await this.#cache.verdict(sha256, model);
    if (known) return known;
    const verdict = await check(picture, access, "feed", signal).catch((error) => {
      this.#model = null; // it may be away
      throw error;
    });
    this.#model = { key: modelKey(verdict.model), until: Date.now() + MODEL_MS };
    void this.#cache.putVerdict(verdict);
    return verdict;
  }

  async #currentModel(): Promise<string> {
    if (!this.#model || this.#model.until < Date.now()) {
      const key = modelKey(await model(await settings()));
      this.#model = { key, until: Date.now() + MODEL_MS };
    }
    return this.#model.key;
  }
}

/** The best address may be closed to strangers, or be gone: then the one that the page shows. */
async function firstBytes(sources: string[], signal: AbortSignal): Promise<Blob> {
  let failure: unknown;
  for (const address of sources) {
    try {
      return await imageBytes(address, signal);
    } catch (error) {
      if (!(error instanceof CheckFailure)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function hashOf(picture: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await picture.arrayBuffer());
  return new Uint8Array(digest).reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
}
