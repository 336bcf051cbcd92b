import { CheckFailure, isAbort, toCheckError } from "../../shared/errors";
import type { FeedAnswer, FeedNews, Want, Wants } from "../../shared/messages";
import type { Verdict } from "../../shared/verdict";
import { Pace } from "./pace";
import { type Job, Queue } from "./queue";

/** Downloads and checks at a time: enough to keep the service busy, few enough to cancel. */
const AT_A_TIME = 4;

type Port = chrome.runtime.Port;
type Decide = (want: Want, signal: AbortSignal) => Promise<Verdict>;

/** What is known of the service, for the popup. */
export interface ServiceState {
  state: "ok" | "busy" | "down";
  /** In the service's words, or the address that does not answer. */
  detail: string;
  /** When it is asked again, in milliseconds since 1970. */
  until: number;
}

/** Takes the wants of all pages, has them decided, and answers each page. */
export class Desk {
  readonly #decide: Decide;
  readonly #note: (state: ServiceState) => void;
  readonly #queue = new Queue<Port>();
  readonly #pace = new Pace();
  #running = 0;
  #waiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(decide: Decide, note: (state: ServiceState) => void) {
    this.#decide = decide;
    this.#note = note;
  }

  serve(port: Port): void {
    port.onMessage.addListener(({ wants }: Wants) => {
      this.#queue.want(port, wants);
      if (this.#pace.rest() > 0) this.#say(port, { type: "waiting", waiting: true });
      this.#work();
    });
    port.onDisconnect.addListener(() => this.#queue.drop(port));
  }

  #work(): void {
    const rest = this.#pace.rest();
    if (rest > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#work();
      }, rest);
      return;
    }
    while (this.#running < AT_A_TIME) {
      const job = this.#queue.take();
      if (!job) return;
      this.#running += 1;
      void this.#run(job).finally(() => {
        this.#running -= 1;
        this.#work();
      });
    }
  }

  async #run(job: Job<Port>): Promise<void> {
    const { page, want, signal } = job;
    const outcome = await this.#decide(want, signal).catch((error: unknown) => ({ error }));
    if (!("error" in outcome)) {
      this.#queue.done(job);
      this.#answered();
      this.#answer(page, { id: want.id, verdict: outcome });
      return;
    }
    const { error } = outcome;
    const later = error instanceof CheckFailure && error.rest !== null;
    this.#queue.done(job, later);
    if (later) this.#failed(error);
    else if (!isAbort(error)) this.#answer(page, { id: want.id, error: toCheckError(error) });
  }

  #failed({ code, values, rest }: CheckFailure): void {
    this.#pace.failed(rest ?? 0);
    const state = code === "service_problem" ? "busy" : "down";
    this.#note({ state, detail: values[0] ?? "", until: Date.now() + this.#pace.rest() });
    this.#tellAll(true);
  }

  #answered(): void {
    this.#pace.answered();
    this.#note({ state: "ok", detail: "", until: 0 });
    if (this.#waiting) this.#tellAll(false);
  }

  #tellAll(waiting: boolean): void {
    this.#waiting = waiting;
    for (const page of this.#queue.pages) this.#say(page, { type: "waiting", waiting });
  }

  #answer(page: Port, answer: FeedAnswer): void {
    this.#say(page, { type: "answer", answer });
  }

  #say(page: Port, news: FeedNews): void {
    try {
      page.postMessage(news);
    } catch {
      this.#queue.drop(page); // it has just gone
    }
  }
}
