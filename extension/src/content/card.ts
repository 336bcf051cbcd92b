import { el, glyph } from "../shared/dom";
import type { CheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import type { FeedbackReply, Label, SendFeedback } from "../shared/messages";
import { percent, sentence, type Verdict } from "../shared/verdict";
import { findImage, shows } from "./anchor";
import css from "./card.css";
import { checkingBody, errorBody, heatmapFigure, verdictBody } from "./card-body";
import { decodeHeatmap, thumbnail } from "./heatmap";
import { Overlay } from "./overlay";
import { placeCard } from "./position";

const TAG = "realeyez-card";

/** The card beside a picture. It lives in a closed shadow root, out of reach of the page. */
export class Card {
  readonly root: ShadowRoot;
  readonly #host = document.createElement(TAG);
  readonly #box: HTMLElement;
  readonly #body = el("div");
  readonly #status = el("p", { class: "status", role: "status" });
  readonly #focusedBefore = document.activeElement;
  readonly #closing = new AbortController();
  readonly #resized = new ResizeObserver(() => this.#place());
  readonly #address: string;
  #picture: Element | null;
  #overlay: Overlay | null = null;

  /** Whether a window has room for a card; frames often have not. */
  static fitsIn({ innerWidth, innerHeight }: Window): boolean {
    return innerWidth >= 380 && innerHeight >= 480;
  }

  /** picture: what shows `address`, or null where nothing in this page does. */
  constructor(address: string, picture: Element | null) {
    for (const leftOver of document.querySelectorAll(TAG)) leftOver.remove();
    this.#address = address;
    this.#picture = picture;
    this.#box = el(
      "section",
      { class: "card", role: "dialog", "aria-label": t("name"), tabindex: "-1" },
      el("header", {}, glyph("eye"), t("name"), this.#closeButton()),
      this.#body,
      this.#status,
    );
    this.#host.lang = t("language");
    this.#host.dir = t("direction");
    this.root = this.#host.attachShadow({ mode: "closed" });
    const style = el("style");
    // Set this way, Firefox knows the text as ours, and the page's style-src does not forbid it.
    style.textContent = css;
    this.root.append(style, this.#box);
    this.#open();
  }

  showChecking(): void {
    this.#show(t("checking"), checkingBody());
  }

  async showVerdict(verdict: Verdict, picture: Blob): Promise<void> {
    // A picture without a heat map, or one that this browser cannot draw, still has its verdict.
    const figure = await this.#heatmap(verdict, picture).catch(() => null);
    const announced = t("announce_verdict", sentence(verdict), percent(verdict.probability));
    const feedback = (label: Label) => this.#sendFeedback(verdict.id, label);
    this.#show(announced, verdictBody(verdict, figure, feedback));
  }

  showError(error: CheckError, onRetry?: () => void): void {
    this.#show(t(`error_${error.code}`), errorBody(error, onRetry));
  }

  close(): void {
    this.#closing.abort();
    this.#resized.disconnect();
    const hadFocus = document.activeElement === this.#host;
    this.#host.remove();
    if (hadFocus && this.#focusedBefore instanceof HTMLElement) {
      this.#focusedBefore.focus({ preventScroll: true });
    }
  }

  #open(): void {
    // The top layer lies over everything, whatever the page's z-index. Outside an open modal dialog
    // nothing can be clicked, so a picture in one has its card in there too.
    const home = this.#picture?.closest("dialog:modal") ?? document.documentElement;
    home.append(this.#host);
    this.#host.popover = "manual";
    this.#host.showPopover();

    const { signal } = this.#closing;
    const place = () => this.#place();
    addEventListener("scroll", place, { capture: true, passive: true, signal });
    addEventListener("resize", place, { signal });
    document.addEventListener("load", place, { capture: true, signal });
    addEventListener("pagehide", () => this.close(), { signal });
    addEventListener("keydown", (event) => this.#onKey(event), { capture: true, signal });
    this.#resized.observe(this.#box);
    if (this.#picture) this.#resized.observe(this.#picture);
    this.#place();
    this.#box.focus({ preventScroll: true });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    // Only the card closes, not also the page's own lightbox.
    event.preventDefault();
    event.stopImmediatePropagation();
    this.close();
  }

  #show(announced: string, body: HTMLElement): void {
    const hadFocus = this.root.activeElement !== null;
    this.#body.replaceChildren(body);
    this.#status.textContent = announced;
    this.#place();
    // The button that was pressed may be gone.
    if (hadFocus && !this.root.activeElement) this.#box.focus({ preventScroll: true });
  }

  /** Where the picture is now; false where it is gone, and the card with it. */
  #follow(): boolean {
    const picture = this.#picture;
    if (!picture || (picture.isConnected && shows(picture, this.#address))) return true;
    // The page may have drawn it anew. No verdict stays beside another picture in its place.
    this.#picture = findImage(this.#address);
    if (this.#picture) this.#resized.observe(this.#picture);
    else this.close();
    return this.#picture !== null;
  }

  #place(): void {
    if (this.#closing.signal.aborted || !this.#follow()) return;
    const picture = this.#picture?.getBoundingClientRect() ?? null;
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const { clientWidth, clientHeight } = document.scrollingElement ?? document.documentElement;
    const view = { width: clientWidth, height: clientHeight };
    const { left, top } = placeCard(picture, { width, height }, view);
    this.#box.style.left = `${left}px`;
    this.#box.style.top = `${top}px`;
    if (this.#picture) this.#overlay?.place(this.#picture);
  }

  /** Says thanks, or what went wrong. */
  async #sendFeedback(id: string, label: Label): Promise<string> {
    const message: SendFeedback = { type: "send-feedback", id, label };
    const failed = { error: { code: "interrupted", values: [], retry: true } } as const;
    const reply = await chrome.runtime
      .sendMessage<SendFeedback, FeedbackReply>(message)
      .catch(() => failed);
    const said =
      "ok" in reply ? t("feedback_thanks") : t("feedback_failed", t(`error_${reply.error.code}`));
    this.#status.textContent = said;
    return said;
  }

  async #heatmap({ heatmap }: Verdict, picture: Blob): Promise<HTMLElement | null> {
    if (!heatmap) return null;
    const [image, heat] = await Promise.all([createImageBitmap(picture), decodeHeatmap(heatmap)]);
    const small = thumbnail(image, heat);
    image.close();
    const onToggle = (shown: boolean) => this.#setOverlay(shown ? new Overlay(heat) : null);
    return heatmapFigure(small, this.#picture && onToggle);
  }

  #setOverlay(overlay: Overlay | null): void {
    this.#overlay?.element.remove();
    this.#overlay = overlay;
    if (overlay) this.#box.before(overlay.element);
    this.#place();
  }

  #closeButton(): HTMLElement {
    const button = el("button", { type: "button", class: "close", "aria-label": t("close") });
    button.append(glyph("close"));
    button.addEventListener("click", () => this.close());
    return button;
  }
}
