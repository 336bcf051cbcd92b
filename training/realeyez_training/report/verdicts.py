"""How many pictures get which answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realeyez.models import Thresholds
from realeyez_training.measure.scores import Slice


@dataclass(frozen=True, slots=True)
class Answers:
    """Counts of the answers to the pictures of one label; `unsure` is None at a single cut."""

    real: int
    unsure: int | None
    ai: int

    @property
    def pictures(self) -> int:
        return self.real + (self.unsure or 0) + self.ai


def by_verdict(data: Slice, thresholds: Thresholds) -> dict[str, Answers]:
    """The three verdicts, for the real and for the AI pictures."""
    ai, real = data.probabilities >= thresholds.ai, data.probabilities < thresholds.real
    return {
        label: Answers(_count(real, of), _count(~real & ~ai, of), _count(ai, of))
        for label, of in (("real", ~data.labels), ("ai", data.labels))
    }


def confusion(data: Slice, thresholds: Thresholds) -> dict[str, Answers]:
    """The confusion matrix at the balanced threshold."""
    ai = data.probabilities >= thresholds.balanced
    return {
        label: Answers(_count(~ai, of), None, _count(ai, of))
        for label, of in (("real", ~data.labels), ("ai", data.labels))
    }


def _count(answer: NDArray[np.bool_], of: NDArray[np.bool_]) -> int:
    return int((answer & of).sum())
