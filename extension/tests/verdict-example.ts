import type { Verdict } from "../src/shared/verdict";

export const VERDICT: Verdict = {
  id: "9f2c",
  verdict: "ai",
  probability: 0.934,
  basis: "classifier",
  claims: [],
  image: { sha256: "0".repeat(64), width: 1024, height: 768, format: "JPEG" },
  model: { name: "realeyez-b0", version: "1.2.0" },
};
