"""How a split's pictures are spread over verdicts and probabilities, for monitoring to compare."""

import numpy as np

from realeyez.models.manifest import TENTHS, Band, Spread, Thresholds, Truth
from realeyez_training.measure.scores import Floats, Slice

_DIGITS = 4


def spread(pictures: Slice, thresholds: Thresholds) -> dict[Truth, Spread]:
    """Of the real and of the AI pictures, as far as there are any."""
    kinds: dict[Truth, Floats] = {
        "real": pictures.probabilities[~pictures.labels],
        "ai": pictures.probabilities[pictures.labels],
    }
    return {truth: _spread(kind, thresholds) for truth, kind in kinds.items() if kind.size}


def _spread(probabilities: Floats, thresholds: Thresholds) -> Spread:
    real = float(np.mean(probabilities < thresholds.real))
    ai = float(np.mean(probabilities >= thresholds.ai))
    shares: dict[Band, float] = {"real": real, "unsure": 1 - real - ai, "ai": ai}
    return Spread(
        verdicts={band: round(share, _DIGITS) for band, share in shares.items()},
        probability=tuple(
            round(float(np.mean(probabilities <= tenth)), _DIGITS) for tenth in TENTHS
        ),
    )
