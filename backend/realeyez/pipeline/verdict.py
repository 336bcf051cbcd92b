"""Logits → the decision. The model predicts; this decides, with the manifest's figures alone."""

import math
from dataclasses import dataclass

from realeyez.models import Manifest
from realeyez.pipeline.types import Prediction, VerdictName


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and the calibrated P(AI) that it rests on."""

    verdict: VerdictName
    probability: float


def decide(prediction: Prediction, manifest: Manifest) -> Decision:
    """Pool the views, calibrate, and place the probability in one of the three bands."""
    probability = calibrate(pool(prediction), manifest.temperature)
    if probability >= manifest.thresholds.ai:
        return Decision("ai", probability)
    if probability < manifest.thresholds.real:
        return Decision("real", probability)
    return Decision("unsure", probability)


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
