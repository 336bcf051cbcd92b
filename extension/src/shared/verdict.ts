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

export interface Claim {
  kind: string;
  certainty: string;
  summary?: string | null;
  signer?: string | null;
  generator?: string | null;
  model?: string | null;
  /** ISO 8601. */
  time?: string | null;
}

const KINDS = ["ai", "ai_edited", "real", "unsure"];
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

/** The verdict in one plain sentence. */
export function sentence({ verdict }: Pick<Verdict, "verdict">): string {
  return t(`verdict_${verdict}`);
}

/** A probability for people: never 0 % or 100 %, which a classifier cannot know. */
export function percent(probability: number): string {
  const format = new Intl.NumberFormat(chrome.i18n.getUILanguage(), { style: "percent" });
  if (probability > 0.99) return `>${format.format(0.99)}`;
  if (probability < 0.01) return `<${format.format(0.01)}`;
  return format.format(probability);
}
