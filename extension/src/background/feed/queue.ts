import type { Want } from "../../shared/messages";

/** What a page may want at a time; it is told no more of its pictures. */
export const LIMIT = 64;

export interface Job<Page> {
  page: Page;
  want: Want;
  /** Aborted when the page wants it no more. */
  signal: AbortSignal;
}

/** What pages want checked: the page that spoke last first, and of it what is nearest to the window. */
export class Queue<Page extends object> {
  readonly #wanted = new Map<Page, Want[]>();
  readonly #running = new Map<Page, Map<string, AbortController>>();

  /** All that a page wants now. What is running and no longer named is cancelled. */
  want(page: Page, wants: Want[]): void {
    const named = new Set(wants.map(({ id }) => id));
    const running = this.#running.get(page);
    for (const [id, job] of running ?? []) {
      if (named.has(id)) continue;
      job.abort();
      running?.delete(id);
    }
    this.#wanted.delete(page); // so that it is put in again as the last
    this.#wanted.set(page, wants.filter(({ id }) => !running?.has(id)).slice(0, LIMIT));
  }

  /** The page is gone, and so is all it wanted. */
  drop(page: Page): void {
    this.want(page, []);
    this.#wanted.delete(page);
  }

  /** The next to check; call `done` when it is. */
  take(): Job<Page> | null {
    for (const [page, wants] of [...this.#wanted].reverse()) {
      const want = wants.shift();
      if (!want) continue;
      const job = new AbortController();
      const running = this.#running.get(page) ?? new Map<string, AbortController>();
      this.#running.set(page, running.set(want.id, job));
      return { page, want, signal: job.signal };
    }
    return null;
  }

  /** again: it was not decided and is still wanted. */
  done({ page, want, signal }: Job<Page>, again = false): void {
    const running = this.#running.get(page);
    // Cancelled and wanted again, another job may run under its name.
    if (running?.get(want.id)?.signal === signal) running.delete(want.id);
    if (running?.size === 0) this.#running.delete(page);
    const wants = this.#wanted.get(page);
    if (again && !signal.aborted) wants?.unshift(want);
  }

  get pages(): Iterable<Page> {
    return this.#wanted.keys();
  }
}
