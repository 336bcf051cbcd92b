import { el, glyph } from "../shared/dom";
import { t } from "../shared/i18n";
import type { Claim } from "../shared/verdict";

const CERTAINTIES = ["signed", "unknown_signer", "invalid", "declared", "shown"] as const;

/** What the file says of its own origin, each line with how sure that is; null where it says nothing. */
export function evidence(claims: Claim[]): HTMLElement | null {
  const lines = claims.filter(({ summary }) => summary).map(line);
  return lines.length > 0 ? el("ul", { class: "evidence" }, ...lines) : null;
}

function line(claim: Claim): HTMLElement {
  const known = CERTAINTIES.find((certainty) => certainty === claim.certainty);
  const details = [
    claim.signer && t("claim_signer", claim.signer),
    claim.generator &&
      t("claim_generator", [claim.generator, claim.model].filter(Boolean).join(" ")),
    claim.time && t("claim_time", when(claim.time)),
  ].filter(Boolean);
  return el(
    "li",
    { "data-certainty": known ?? "other" },
    glyph(known === "signed" ? "real" : known === "invalid" ? "error" : "unsure"),
    el(
      "span",
      {},
      known && el("strong", {}, `${t(`certainty_${known}`)}: `),
      el("bdi", {}, claim.summary ?? ""),
      details.length > 0 && el("small", {}, details.join(" · ")),
    ),
  );
}

/** In the person's own way of writing dates; as it was sent, if it is none. */
function when(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return new Intl.DateTimeFormat(chrome.i18n.getUILanguage(), { dateStyle: "medium" }).format(date);
}
