import { t } from "./i18n";

/** The service's answer to POST /v1/check. */
export interface Verdict {
  id: string;
  verdict: "ai" | "ai_edited" | "real" | "unsure";
  /** Calibrated probability that the picture is AI-made, 0 to 1. */
  probability: number;
  basis: "signed_provenance" | "declared_metadata" | "classifier";
  claims: Claim[];
  /** Transparent PNG in the picture's aspect ratio, as a data URL. */
  heatmap?: string | null;
  image: { sha256: string; width: number; height: number; format: string };
  model: { name: string; version: string };
  /** Whether the service had decided these bytes before. */
  cached?: boolean;
}

/** What the file says of its own origin. */
export interface Claim {
  kind: string;
  certainty: string;
  summary?: string | null;
  signer?: string | null;
  generator?: string | null;
  /** ISO 8601; cameras name no time zone. */
  time?: string | null;
}

const KINDS = ["ai", "ai_edited", "real", "unsure"];
const CERTAINTIES = ["signed", "unknown_signer", "invalid", "declared", "shown"] as const;
const BASES = ["signed_provenance", "declared_metadata", "classifier"];

/** Whether an answer is a verdict, or comes from some other program on that port. */
export function isVerdict(answer: unknown): answer is Verdict {
  const { verdict, probability, basis, claims, image, model } = (answer ?? {}) as Partial<Verdict>;
  return (
    KINDS.includes(verdict ?? "") &&
    BASES.includes(basis ?? "") &&
    typeof probability === "number" &&
    Array.isArray(claims) &&
    typeof image?.width === "number" &&
    typeof image.sha256 === "string" &&
    typeof model?.name === "string"
  );
}

/** The verdict in one plain sentence; a known signer's word is no likelihood. */
export function sentence({ verdict, basis }: Pick<Verdict, "verdict" | "basis">): string {
  const signed = basis === "signed_provenance" && (verdict === "ai" || verdict === "ai_edited");
  return t(signed ? `signed_${verdict}` : `verdict_${verdict}`);
}

/** How sure a claim is; "" for a word of a newer service. */
export function certainty(claim: Pick<Claim, "certainty">): string {
  const known = CERTAINTIES.find((one) => one === claim.certainty);
  return known ? t(`certainty_${known}`) : "";
}

/** The day of a claim; "" if there is none. */
export function day({ time }: Pick<Claim, "time">): string {
  const date = new Date(time ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleDateString(t("language"), { dateStyle: "long" });
}

/** A probability for people: never 0 % or 100 %, which a classifier cannot know. */
export function percent(probability: number): string {
  const format = new Intl.NumberFormat(t("language"), { style: "percent" });
  if (probability > 0.99) return `>${format.format(0.99)}`;
  if (probability < 0.01) return `<${format.format(0.01)}`;
  return format.format(probability);
}
