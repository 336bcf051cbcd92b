const FIRST_REST_MS = 1000;
/** The browser stops an idle worker after 30 seconds, and a longer timer with it. */
const LONGEST_REST_MS = 25_000;

/** When the service may be asked again after it said "later", or said nothing. */
export class Pace {
  #until = 0;
  #failures = 0;

  /** asked: the rest that the service asked for, in milliseconds; 0 if it did not say. */
  failed(asked: number, now = Date.now()): void {
    const own = FIRST_REST_MS * 2 ** Math.min(this.#failures, 10);
    this.#failures += 1;
    const rest = Math.min(asked || own, LONGEST_REST_MS);
    this.#until = Math.max(this.#until, now + rest);
  }

  answered(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  /** Milliseconds left to wait, 0 if it may be asked now. */
  rest(now = Date.now()): number {
    return Math.max(0, this.#until - now);
  }
}
