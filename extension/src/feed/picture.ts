import type { Box } from "../content/position";
import { t } from "../shared/i18n";
import { lookOf } from "../shared/look";
import type { FeedAnswer, Want } from "../shared/messages";
import type { FeedSettings } from "../shared/settings";
import { Badge } from "./badge";
import { controlsOver, freeCorner } from "./corner";

/** One picture near the window: what is known of it, and its badge. */
export class Picture {
  answer: FeedAnswer | null = null;
  /** The middle's height in the document, in CSS pixels. */
  middle = 0;
  readonly #badge: Badge;

  constructor(
    readonly element: Element,
    /** What the element showed when it was looked at. */
    readonly shown: string,
    readonly want: Want,
    onOpen: (picture: Picture) => void,
  ) {
    this.#badge = new Badge(() => onOpen(this));
  }

  /** Call it right after layout: it reads sizes, and `put` writes. */
  measure(box: DOMRectReadOnly): { put(): void } | null {
    this.middle = box.top + scrollY + box.height / 2;
    const home = homeOf(this.element);
    if (!home) return null;
    const corner = freeCorner(box, controlsOver(this.element, box));
    const place = seenFrom(home, box);
    const { parent, slot } = roomIn(home, this.element);
    return { put: () => this.#badge.place(parent, slot, place, corner) };
  }

  show(waiting: boolean, settings: FeedSettings): void {
    const look = lookOf(this.answer, waiting, settings);
    this.#badge.show(look, this.answer && "error" in this.answer ? reason(this.answer.error) : "");
  }

  remove(): void {
    this.#badge.remove();
  }
}

function reason({ code, values }: { code: string; values: string[] }): string {
  return t(`error_${code}_help` as Parameters<typeof t>[0], ...values);
}

/** The element whose box absolutely placed children start from, where the picture is. */
function homeOf(element: Element): Element | null {
  if (element instanceof HTMLElement) return element.offsetParent;
  // Of an SVG image, that of the outermost <svg>.
  const around = element.closest("svg:not(svg svg)")?.parentElement;
  if (!around) return null;
  return getComputedStyle(around).position === "static" ? around.offsetParent : around;
}

/** Where in `home` a child is drawn: in the tree, and the slot, that the picture itself is in. */
function roomIn(home: Element, element: Element): { parent: Element | ShadowRoot; slot: string } {
  let inside = element;
  for (let up = inside.parentNode; up && up !== home; up = inside.parentNode) {
    if (up instanceof ShadowRoot && up.host === home) return { parent: up, slot: "" };
    inside = up instanceof ShadowRoot ? up.host : (up as Element);
  }
  return { parent: home, slot: inside.slot };
}

function seenFrom(home: Element, box: DOMRectReadOnly): Box {
  // A body that is not positioned leaves its children to the page as a whole.
  if (home === document.body && getComputedStyle(home).position === "static") {
    return {
      left: box.left + scrollX,
      top: box.top + scrollY,
      width: box.width,
      height: box.height,
    };
  }
  const outer = home.getBoundingClientRect();
  return {
    left: box.left - outer.left - home.clientLeft + home.scrollLeft,
    top: box.top - outer.top - home.clientTop + home.scrollTop,
    width: box.width,
    height: box.height,
  };
}
