import { FEED_PORT, type FeedNews, type Wants } from "../shared/messages";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/**
 * The line to the background worker. The browser stops the worker whenever it likes and cuts the line;
 * what is still wanted is then said again, over a new one.
 */
export class Line {
  readonly #hear: (news: FeedNews) => void;
  #port: chrome.runtime.Port | null = null;
  #last: Wants | null = null;
  #retry = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(hear: (news: FeedNews) => void) {
    this.#hear = hear;
  }

  say(message: Wants): void {
    const last = this.#last;
    const idle = message.wants.length === 0 && (!last || last.wants.length === 0);
    this.#last = message;
    if (idle && message.found === (last?.found ?? 0)) return;
    this.#send();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#last = null;
    this.#port?.disconnect();
    this.#port = null;
  }

  #send(): void {
    if (!this.#last) return;
    try {
      this.#port ??= this.#connect();
      this.#port.postMessage(this.#last);
    } catch {
      this.#port = null;
      this.#sendLater();
    }
  }

  #connect(): chrome.runtime.Port {
    const port = chrome.runtime.connect({ name: FEED_PORT });
    port.onMessage.addListener((news: FeedNews) => {
      this.#retry = FIRST_RETRY_MS;
      this.#hear(news);
    });
    port.onDisconnect.addListener(() => {
      if (this.#port !== port) return;
      this.#port = null;
      if (this.#last?.wants.length) this.#sendLater();
    });
    return port;
  }

  #sendLater(): void {
    clearTimeout(this.#timer);
    // The extension itself is gone, reloaded or removed: nobody answers this page any more.
    if (!chrome.runtime?.id) return;
    this.#timer = setTimeout(() => this.#send(), this.#retry);
    this.#retry = Math.min(2 * this.#retry, LAST_RETRY_MS);
  }
}
