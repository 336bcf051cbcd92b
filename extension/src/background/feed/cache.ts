import type { Verdict } from "../../shared/verdict";

/** Verdicts that are kept, and addresses: the oldest go. Some 500 bytes each. */
const MOST = 4000;
const PREFIX = "seen:";

/**
 * Verdicts by the picture's hash and the model's version, and the hashes of addresses that were read.
 * Kept in session storage: it outlives the background worker, and is gone with the browser's window.
 */
export class Cache {
  #entries: Promise<Map<string, unknown>> | null = null;

  async verdict(sha256: string, model: string): Promise<Verdict | null> {
    return ((await this.#all()).get(verdictKey(sha256, model)) as Verdict | undefined) ?? null;
  }

  async hash(address: string): Promise<string | null> {
    return ((await this.#all()).get(addressKey(address)) as string | undefined) ?? null;
  }

  /** Nobody need wait for it: this worker knows it at once. */
  async putVerdict({ heatmap: _, ...verdict }: Verdict): Promise<void> {
    await this.#put(verdictKey(verdict.image.sha256, modelKey(verdict.model)), verdict);
  }

  async putHash(address: string, sha256: string): Promise<void> {
    await this.#put(addressKey(address), sha256);
  }

  async #put(key: string, value: unknown): Promise<void> {
    const entries = await this.#all();
    entries.delete(key);
    entries.set(key, value);
    const [oldest] = entries.keys();
    // A full store keeps what it has; this worker still remembers.
    const stored = [chrome.storage.session.set({ [key]: value })];
    if (entries.size > MOST && oldest !== undefined) {
      entries.delete(oldest);
      stored.push(chrome.storage.session.remove(oldest));
    }
    await Promise.allSettled(stored);
  }

  #all(): Promise<Map<string, unknown>> {
    this.#entries ??= chrome.storage.session
      .get(null)
      .then((stored) => new Map(Object.entries(stored).filter(([key]) => key.startsWith(PREFIX))));
    return this.#entries;
  }
}

export function modelKey({ name, version }: Verdict["model"]): string {
  return `${name} ${version}`;
}

function verdictKey(sha256: string, model: string): string {
  return `${PREFIX}${sha256} ${model}`;
}

function addressKey(address: string): string {
  return `${PREFIX}${address}`;
}
