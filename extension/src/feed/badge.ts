import type { Box } from "../content/position";
import { button, el, glyph } from "../shared/dom";
import { t } from "../shared/i18n";
import type { Look } from "../shared/look";
import { percent } from "../shared/verdict";
import css from "./badge.css";
import type { Corner } from "./corner";

const HEARD = ["click", "auxclick", "pointerdown", "mousedown", "keydown", "keyup"] as const;

function keepToOurselves(event: Event): void {
  event.stopPropagation();
  if (event.type === "click") event.preventDefault();
}

/**
 * The badge in a picture's corner. It is placed absolutely beside the picture in the page's own tree,
 * so that it scrolls, is clipped and goes away with it, and moves nothing.
 */
export class Badge {
  readonly #host = document.createElement("realeyez-badge");
  readonly #at = el("div", { class: "at" });
  readonly #button: HTMLButtonElement;
  #veil: HTMLElement | null = null;
  #unveiled = false;
  #shown = "";

  /** onOpen: the person wants to know more. */
  constructor(onOpen: () => void) {
    this.#button = button("top-left", "", onOpen);
    this.#at.dir = t("direction");
    this.#at.append(this.#button);
    // The page's links and shortcuts lie under the badge and must not hear of it.
    for (const type of HEARD) this.#at.addEventListener(type, keepToOurselves);
    const root = this.#host.attachShadow({ mode: "closed" });
    wear(root);
    root.append(this.#at);
  }

  /** Put it into `parent`, the box that the picture is placed in; `box` is seen from there. */
  place(parent: Element | ShadowRoot, slot: string, box: Box, corner: Corner): void {
    const { style } = this.#at;
    style.left = `${box.left}px`;
    style.top = `${box.top}px`;
    style.width = `${box.width}px`;
    style.height = `${box.height}px`;
    this.#button.className = corner;
    if (this.#host.slot !== slot) this.#host.slot = slot;
    if (this.#host.parentNode !== parent) parent.append(this.#host);
  }

  /** reason: what a person is told about an error. */
  show(look: Look | null, reason = ""): void {
    const state = JSON.stringify([look, reason]);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#host.hidden = !look;
    this.#button.hidden = !look;
    this.#setVeil(!!look?.blur && !this.#unveiled);
    if (!look) return;
    const word = t(`badge_${look.kind}`);
    const number = look.probability === null ? "" : percent(look.probability);
    const mark = look.kind === "checking" || look.kind === "waiting" ? "busy" : look.kind;
    this.#button.dataset.kind = look.kind;
    this.#button.ariaLabel = [t("badge_label", t(`badge_${look.kind}_long`)), number, reason]
      .filter(Boolean)
      .join(". ");
    this.#button.title = reason || t(`badge_${look.kind}_long`);
    this.#button.ariaLive = look.live ? "polite" : "off";
    this.#button.replaceChildren(
      glyph(mark),
      el("span", { class: "word" }, word),
      number && el("span", { class: "number" }, number),
    );
  }

  remove(): void {
    this.#host.remove();
  }

  #setVeil(veiled: boolean): void {
    if (veiled === !!this.#veil) return;
    this.#veil?.remove();
    this.#veil = null;
    if (!veiled) return;
    this.#veil = el("div", { class: "veil", title: t("badge_unveil") });
    this.#veil.addEventListener("click", () => {
      this.#unveiled = true;
      this.#setVeil(false);
    });
    this.#at.prepend(this.#veil);
  }
}

let sheet: CSSStyleSheet | undefined;

/** One style sheet for all badges; Firefox shares none across its wall around extensions. */
function wear(root: ShadowRoot): void {
  try {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = el("style");
    style.textContent = css;
    root.append(style);
  }
}
