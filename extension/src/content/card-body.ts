import { button, type Child, el, type Glyph, glyph } from "../shared/dom";
import type { CheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import type { OpenMeaning } from "../shared/messages";
import { percent, sentence, type Verdict } from "../shared/verdict";
import { copyButton } from "./copy";
import { evidence } from "./evidence";
import { feedback, type OnFeedback } from "./feedback";

// What the card shows in each of its states: values in, elements out.

export function checkingBody(): HTMLElement {
  const spinner = el("span", { class: "mark spinner" });
  return body("checking", spinner, t("checking"));
}

export function verdictBody(
  verdict: Verdict,
  heatmap: HTMLElement | null,
  onFeedback: OnFeedback | null,
): HTMLElement {
  const { image, model } = verdict;
  return body(
    verdict.verdict,
    mark(verdict.verdict),
    sentence(verdict),
    el("p", {}, t(`basis_${verdict.basis}`)),
    evidence(verdict.claims),
    meter(verdict),
    heatmap,
    onFeedback && feedback(onFeedback),
    el(
      "footer",
      {},
      el("span", {}, t("image_size", String(image.width), String(image.height), image.format)),
      el("span", {}, t("model", model.name, model.version)),
      copyButton(verdict),
      button("quiet", t("what_it_means"), openMeaning),
    ),
  );
}

export function errorBody(error: CheckError, onRetry: (() => void) | undefined): HTMLElement {
  return body(
    "error",
    mark("error"),
    t(`error_${error.code}`),
    el("p", {}, t(`error_${error.code}_help`, ...error.values)),
    error.code === "service_unreachable" && el("pre", {}, el("code", {}, "make run")),
    error.retry && onRetry && button("primary", t("retry"), onRetry),
  );
}

/** The picture with its heat map, what the colours mean, and the switch for the page. */
export function heatmapFigure(
  thumbnail: HTMLCanvasElement,
  onToggle: ((shown: boolean) => void) | null,
): HTMLElement {
  return el(
    "figure",
    {},
    thumbnail,
    el(
      "figcaption",
      {},
      el("span", {}, t("heatmap_photo")),
      el("span", { class: "scale", "aria-hidden": "true" }),
      el("span", {}, t("heatmap_ai")),
    ),
    onToggle && toggle(onToggle),
  );
}

/** A page may not open the extension's own pages; the background may. */
function openMeaning(): void {
  const message: OpenMeaning = { type: "open-meaning" };
  void chrome.runtime.sendMessage(message).catch(() => {});
}

function body(kind: string, mark: Node, headline: string, ...rest: Child[]): HTMLElement {
  return el("div", { class: "body", "data-kind": kind }, el("h2", {}, mark, headline), ...rest);
}

function mark(kind: Glyph): HTMLElement {
  return el("span", { class: "mark" }, glyph(kind));
}

function meter({ probability, basis }: Verdict): HTMLElement {
  const fill = el("span", { class: "fill" });
  fill.style.inlineSize = `${probability * 100}%`;
  return el(
    "div",
    { class: "probability" },
    el("span", { id: "probability" }, t(basis === "classifier" ? "probability" : "pixels_only")),
    el("strong", {}, percent(probability)),
    el(
      "div",
      {
        class: "track",
        role: "meter",
        "aria-labelledby": "probability",
        "aria-valuemin": "0",
        "aria-valuemax": "100",
        "aria-valuenow": String(Math.round(probability * 100)),
        "aria-valuetext": percent(probability),
      },
      fill,
    ),
  );
}

function toggle(onToggle: (shown: boolean) => void): HTMLElement {
  const element = button("secondary", t("heatmap_show"), () => {
    const shown = element.getAttribute("aria-pressed") !== "true";
    element.setAttribute("aria-pressed", String(shown));
    onToggle(shown);
  });
  element.setAttribute("aria-pressed", "false");
  return element;
}
