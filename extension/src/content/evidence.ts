import { el } from "../shared/dom";
import { t } from "../shared/i18n";
import { type Claim, certainty, day } from "../shared/verdict";

/** What the file says of itself, or what it means that it says nothing. */
export function evidence(claims: Claim[]): HTMLElement {
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
    el("bdi", {}, summary),
    el("small", {}, facts.filter(Boolean).join(" · ")),
  );
}
