import { isInPage, pageBytes } from "../content/page-bytes";
import { pictureOf } from "../shared/address";
import type { AskCard, Counts, FeedAnswer, FeedNews, Want, Wants } from "../shared/messages";
import type { FeedSettings } from "../shared/settings";
import type { Site } from "../sites/site";
import { Line } from "./line";
import { Picture } from "./picture";
import { isLarge, isReady } from "./size";
import { Watch } from "./watch";

/** As many as a person can scroll through while they are checked; the nearest ones. */
const MOST_WANTED = 48;
/** A new picture is told at once; those that follow so soon, together. */
const TELL_EVERY_MS = 60;
/** Where so many wait for their turn, it does not matter when the next one joins them. */
const MANY = 12;
const TELL_EVERY_MS_OF_MANY = 250;
/** Outcomes of pictures that have left, so that scrolling back asks nothing anew. */
const MOST_KEPT = 3000;

/** Badges on the pictures of one page, from the first look to `stop`. */
export class Feed {
  readonly #site: Site;
  readonly #watch: Watch;
  readonly #line: Line;
  readonly #near = new Map<Element, Picture>();
  readonly #kept = new Map<string, FeedAnswer>();
  #settings: FeedSettings;
  #waiting = false;
  #next = 0;
  /** Of the window, in the document, when pictures last moved: asking later costs a layout. */
  #middle = 0;
  #told = { at: 0, wants: 0 };
  #telling: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(site: Site, settings: FeedSettings) {
    this.#site = site;
    this.#settings = settings;
    this.#line = new Line((news) => this.#hear(news));
    this.#watch = new Watch(site, {
      moved: (near, far) => this.#moved(near, far),
      loaded: (element) => this.#loaded(element),
    });
  }

  start(): void {
    this.#watch.start();
  }

  stop(): void {
    clearTimeout(this.#telling?.timer);
    this.#watch.stop();
    this.#line.close();
    for (const picture of this.#near.values()) picture.remove();
    this.#near.clear();
  }

  set settings(settings: FeedSettings) {
    this.#settings = settings;
    for (const picture of this.#near.values()) this.#show(picture);
  }

  /** Something changed outside, such as a permission: try what failed again. */
  retry(): void {
    for (const [shown, answer] of this.#kept) if ("error" in answer) this.#kept.delete(shown);
    for (const picture of this.#near.values()) {
      if (picture.answer && "error" in picture.answer) this.#forgetAnswer(picture);
    }
    this.#tell();
  }

  get counts(): Counts {
    const counts = { ai: 0, ai_edited: 0, unsure: 0, real: 0, error: 0, checking: 0 };
    const refused = new Set<string>();
    for (const answer of this.#kept.values()) {
      counts["error" in answer ? "error" : answer.verdict.verdict] += 1;
      if ("error" in answer && answer.error.code === "not_allowed") {
        refused.add(answer.error.values[0] ?? "");
      }
    }
    counts.checking = this.#wants().length;
    return { site: this.#site.name, ...counts, refused: [...refused] };
  }

  #moved(near: IntersectionObserverEntry[], far: Element[]): void {
    const before = this.#next;
    this.#middle = scrollY + innerHeight / 2;
    const placed = [];
    for (const { target, boundingClientRect } of near) {
      const picture = this.#near.get(target) ?? this.#meet(target, boundingClientRect);
      const place = picture?.measure(boundingClientRect);
      if (place) placed.push(place);
    }
    // Reading is over: writes from here on cost one layout, not one each.
    for (const element of far) this.#leave(element);
    for (const place of placed) place.put();
    this.#tell(this.#next > before);
  }

  /** A picture comes near, or one that is near has loaded. */
  #meet(element: Element, box: DOMRectReadOnly): Picture | null {
    if (!isLarge(box) || !isReady(element)) return null;
    const shown = pictureOf(element);
    if (!/^(https?|blob|data):/.test(shown)) return null;
    const best = isInPage(shown) ? shown : this.#site.bestSource(element, shown);
    const id = String(this.#next++);
    const want: Want = { id, sources: [...new Set([best, shown])] };
    const picture = new Picture(element, shown, want, (chosen) => this.#open(chosen));
    const known = this.#kept.get(shown);
    if (known) picture.answer = { ...known, id };
    else if (isInPage(shown)) void this.#readInPage(picture);
    this.#near.set(element, picture);
    this.#show(picture);
    return picture;
  }

  #leave(element: Element): void {
    this.#near.get(element)?.remove();
    this.#near.delete(element);
  }

  #loaded(element: Element): void {
    const picture = this.#near.get(element);
    if (picture && picture.shown !== pictureOf(element)) this.#leave(element);
  }

  async #readInPage(picture: Picture): Promise<void> {
    try {
      picture.want.picture = await pageBytes(picture.shown);
      this.#tell(true);
    } catch {
      const error = { code: "picture_withheld" as const, values: [""], retry: false };
      this.#take(picture, { id: picture.want.id, error });
    }
  }

  #open({ element, shown }: Picture): void {
    globalThis.realeyezPointed = new WeakRef(element);
    const message: AskCard = { type: "ask-card", srcUrl: shown };
    void chrome.runtime.sendMessage(message).catch(() => {});
  }

  /** Pictures without an answer, nearest to the middle of the window first. */
  #wants(): Want[] {
    const middle = this.#middle;
    const open = [...this.#near.values()].filter(
      ({ answer, shown, want }) => !answer && (want.picture || !isInPage(shown)),
    );
    open.sort((a, b) => Math.abs(a.middle - middle) - Math.abs(b.middle - middle));
    return open.slice(0, MOST_WANTED).map(({ want }) => want);
  }

  /** fresh: a picture has come that nobody was told of. */
  #tell(fresh = false): void {
    const now = performance.now();
    const pause = this.#told.wants > MANY ? TELL_EVERY_MS_OF_MANY : TELL_EVERY_MS;
    const at = (fresh ? this.#told.at : now) + pause;
    if (this.#telling && this.#telling.at <= at) return;
    clearTimeout(this.#telling?.timer);
    this.#telling = { at, timer: setTimeout(() => this.#tellNow(), at - now) };
  }

  #tellNow(): void {
    this.#telling = undefined;
    const wants = this.#wants();
    this.#told = { at: performance.now(), wants: wants.length };
    const message: Wants = { type: "wants", wants, found: this.#made() };
    this.#line.say(message);
  }

  #made(): number {
    let made = 0;
    for (const answer of this.#kept.values()) {
      if ("verdict" in answer && /^ai/.test(answer.verdict.verdict)) made += 1;
    }
    return made;
  }

  #hear(news: FeedNews): void {
    if (news.type === "waiting") {
      this.#waiting = news.waiting;
      for (const picture of this.#near.values()) if (!picture.answer) this.#show(picture);
      return;
    }
    for (const picture of this.#near.values()) {
      if (picture.want.id === news.answer.id) this.#take(picture, news.answer);
    }
  }

  #take(picture: Picture, answer: FeedAnswer): void {
    picture.answer = answer;
    remember(this.#kept, picture.shown, answer);
    this.#show(picture);
    this.#tell();
  }

  #forgetAnswer(picture: Picture): void {
    picture.answer = null;
    this.#show(picture);
  }

  #show(picture: Picture): void {
    picture.show(this.#waiting, this.#settings);
  }
}

/** The oldest goes where there are too many. */
function remember(kept: Map<string, FeedAnswer>, shown: string, answer: FeedAnswer): void {
  // A data: address may be megabytes long.
  const key = shown.length > 2048 ? answer.id : shown;
  kept.delete(key);
  kept.set(key, answer);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
