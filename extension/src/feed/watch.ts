import { shadowOf } from "../shared/shadow";
import type { Site } from "../sites/site";

/** What a watch tells: which pictures are near the window, where they are, and which have left it. */
export interface Watcher {
  /** Called in one go after layout, so that reading sizes costs nothing. */
  moved(near: IntersectionObserverEntry[], far: Element[]): void;
  /** A picture has loaded, maybe another one in the same element. */
  loaded(element: Element): void;
}

/** Pictures this much outside of the window are near. */
const MARGIN = "60%";
/** The page moved things about: look where the near ones are, but not more often than this. */
const LOOK_AGAIN_MS = 400;

/**
 * Finds a site's pictures as the page grows and follows them. It reads no layout itself: the
 * intersection observer tells places and sizes as a by-product.
 */
export class Watch {
  readonly #site: Site;
  readonly #watcher: Watcher;
  readonly #near = new Set<Element>();
  readonly #known = new WeakSet<Element>();
  readonly #stopped = new AbortController();
  readonly #sight = new IntersectionObserver((entries) => this.#sighted(entries), {
    rootMargin: `${MARGIN} 25%`,
  });
  readonly #growth = new MutationObserver((records) => this.#grown(records));
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(site: Site, watcher: Watcher) {
    this.#site = site;
    this.#watcher = watcher;
  }

  start(): void {
    const { signal } = this.#stopped;
    this.#listen(document);
    this.#scan(document);
    addEventListener("resize", () => this.lookAgain(), { signal });
    // Scrollers inside the page; the window's own scrolling moves badges along.
    const onScroll = (event: Event) => event.target === document || this.lookAgain();
    document.addEventListener("scroll", onScroll, { capture: true, passive: true, signal });
  }

  stop(): void {
    clearTimeout(this.#again);
    this.#stopped.abort();
    this.#sight.disconnect();
    this.#growth.disconnect();
    this.#near.clear();
  }

  /** Ask anew where the near pictures are. */
  lookAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      for (const element of this.#near) this.#ask(element);
    }, LOOK_AGAIN_MS);
  }

  #listen(root: Document | ShadowRoot): void {
    const { signal } = this.#stopped;
    const attributeFilter = ["poster"];
    this.#growth.observe(root, { childList: true, subtree: true, attributeFilter });
    // `load` does not bubble, but can be captured: one listener hears every picture arrive, lazily
    // loaded ones and swapped ones too.
    const onLoad = ({ target }: Event) => target instanceof Element && this.#loaded(target);
    root.addEventListener("load", onLoad, { capture: true, signal });
  }

  #scan(root: ParentNode): void {
    for (const element of this.#site.findImages(root)) {
      if (this.#known.has(element)) continue;
      this.#known.add(element);
      this.#sight.observe(element);
      // A background is swapped without a `load`. Asked of these alone: pages write styles all the time.
      if (element.hasAttribute("style") && !(element instanceof HTMLImageElement)) {
        this.#growth.observe(element, { attributeFilter: ["style"] });
      }
      const home = element.getRootNode();
      if (home instanceof ShadowRoot && !this.#known.has(home.host)) {
        this.#known.add(home.host);
        this.#listen(home);
      }
    }
  }

  #grown(records: MutationRecord[]): void {
    let moved = false;
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") this.#loaded(target as Element);
      for (const node of addedNodes) {
        // Badges are ours.
        if (!(node instanceof Element) || node.localName === "realeyez-badge") continue;
        moved = true;
        // Selectors look at ancestors too, and a picture may itself be what was added.
        if (node.firstElementChild || shadowOf(node)) this.#scan(node);
        if (node.parentElement && node.matches("img, video, image, [style]")) this.#scanOne(node);
      }
    }
    if (moved && this.#near.size > 0) this.lookAgain();
  }

  #scanOne(element: Element): void {
    if (!this.#known.has(element) && element.parentElement) this.#scan(element.parentElement);
  }

  #loaded(element: Element): void {
    if (!this.#known.has(element)) {
      if (element instanceof HTMLImageElement) this.#scanOne(element);
      return;
    }
    this.#watcher.loaded(element);
    if (this.#near.has(element)) this.#ask(element); // it has a size now
  }

  #ask(element: Element): void {
    this.#sight.unobserve(element);
    this.#sight.observe(element);
  }

  #sighted(entries: IntersectionObserverEntry[]): void {
    // Of an element that is named twice, the last word counts.
    const latest = new Map(entries.map((entry) => [entry.target, entry]));
    const near: IntersectionObserverEntry[] = [];
    const far: Element[] = [];
    for (const [element, entry] of latest) {
      if (entry.isIntersecting) {
        near.push(entry);
        this.#near.add(element);
      } else if (this.#near.delete(element)) {
        far.push(element);
        // Should the page put it back, it is found again.
        if (!element.isConnected) this.#forget(element);
      }
    }
    if (near.length || far.length) this.#watcher.moved(near, far);
  }

  #forget(element: Element): void {
    this.#sight.unobserve(element);
    this.#known.delete(element);
  }
}
