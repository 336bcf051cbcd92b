"""Logits and claims → the decision. The model predicts and the file claims; this decides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from realeyez.models import Manifest
from realeyez.pipeline.types import Basis, Certainty, Claim, Prediction, VerdictName


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and what it rests on; `probability` is the pixels' in any case."""

    verdict: VerdictName
    probability: float
    basis: Basis


def decide(prediction: Prediction, manifest: Manifest, claims: Sequence[Claim] = ()) -> Decision:
    """What the file says where that settles it, else the band of the pixels' probability.

    A trusted signature settles it. So does a mere declaration of AI, unless a trusted signature
    says that a camera took the picture: then the pixels decide, as they do for that signature alone
    and where the file says nothing.
    """
    probability = calibrate(pool(prediction), manifest.temperature)
    if verdict := _said(claims, "signed"):
        return Decision(verdict, probability, "signed_provenance")
    contradicted = any(claim.certainty == "signed" and claim.says == "camera" for claim in claims)
    if not contradicted and (verdict := _said(claims, "declared", "unknown_signer")):
        return Decision(verdict, probability, "declared_metadata")
    return Decision(_band(probability, manifest), probability, "classifier")


def _said(claims: Sequence[Claim], *certainties: Certainty) -> VerdictName | None:
    """The strongest that is said of AI with one of these certainties."""
    said = {claim.says for claim in claims if claim.certainty in certainties}
    if "ai" in said:
        return "ai"
    return "ai_edited" if "ai_edited" in said else None


def _band(probability: float, manifest: Manifest) -> VerdictName:
    if probability >= manifest.thresholds.ai:
        return "ai"
    return "real" if probability < manifest.thresholds.real else "unsure"


def pool(prediction: Prediction) -> float:
    """One logit a picture: the mean over its views."""
    return float(prediction.logits.mean())


def calibrate(logit: float, temperature: float) -> float:
    """Temperature scaling (Guo et al., 2017, arXiv:1706.04599): sigmoid(logit / temperature)."""
    scaled = logit / temperature
    # Each branch keeps exp's argument negative, so that nothing overflows.
    if scaled >= 0:
        return 1.0 / (1.0 + math.exp(-scaled))
    return math.exp(scaled) / (1.0 + math.exp(scaled))
