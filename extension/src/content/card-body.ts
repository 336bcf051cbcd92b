import type { CheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import { type Claim, certainty, day, percent, sentence, type Verdict } from "../shared/verdict";
import { button, type Child, el, type Glyph, glyph } from "./dom";

// What the card shows in each of its states: values in, elements out.

export function checkingBody(): HTMLElement {
  const spinner = el("span", { class: "mark spinner" });
  return body("checking", spinner, t("checking"));
}

export function verdictBody(verdict: Verdict, heatmap: HTMLElement | null): HTMLElement {
  const { image, model } = verdict;
  return body(
    verdict.verdict,
    mark(verdict.verdict),
    sentence(verdict),
    el("p", {}, t(`basis_${verdict.basis}`)),
    claimList(verdict.claims),
    meter(verdict),
    heatmap,
    el(
      "footer",
      {},
      el("span", {}, t("image_size", String(image.width), String(image.height), image.format)),
      el("span", {}, t("model", model.name, model.version)),
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

function body(kind: string, mark: Node, headline: string, ...rest: Child[]): HTMLElement {
  return el("div", { class: "body", "data-kind": kind }, el("h2", {}, mark, headline), ...rest);
}

function mark(kind: Glyph): HTMLElement {
  return el("span", { class: "mark" }, glyph(kind));
}

/** What the file says of itself, or what it means that it says nothing. */
function claimList(claims: Claim[]): HTMLElement {
  const items = claims.filter(({ summary }) => summary).map(claimItem);
  return items.length ? el("ul", {}, ...items) : el("p", { class: "silent" }, t("claims_none"));
}

function claimItem(claim: Claim): HTMLElement {
  const { summary, signer, generator } = claim;
  const facts = [
    certainty(claim),
    signer && t("claim_signer", signer),
    generator && t("claim_generator", generator),
    day(claim),
  ];
  return el(
    "li",
    { "data-certainty": claim.certainty },
    summary,
    el("small", {}, facts.filter(Boolean).join(" · ")),
  );
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
