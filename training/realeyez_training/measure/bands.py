"""Where the verdicts *real*, *unsure* and *ai* begin, fitted on the clean pictures of `val`."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from realeyez.models import Thresholds
from realeyez_training.measure.scores import Floats

MOST_FALSE_ALARMS = 0.01  # of the real pictures, called "ai"
MOST_MISSES = 0.05  # of the AI pictures, called "real"


def fit_thresholds(
    probabilities: Floats, labels: NDArray[np.bool_], sets: NDArray[np.intp] | None = None
) -> Thresholds:
    """The widest bands of *ai* and *real* that keep false alarms and misses within bounds.

    sets: the number of each picture's data set, `[n]`; the bounds are then kept in each that has
    both labels.
    A detector that gives more real pictures than that a score of 1 cannot keep them: there *ai*
    begins at 1.
    """
    whole = _fit(probabilities, labels)
    if sets is None:
        return whole
    parts = [
        _fit(probabilities[rows], labels[rows])
        for rows in (sets == number for number in np.unique(sets))
        if labels[rows].any() and not labels[rows].all()
    ]
    real, ai = min(part.real for part in parts), max(part.ai for part in parts)
    return Thresholds(real=real, balanced=float(np.clip(whole.balanced, real, ai)), ai=ai)


def _fit(probabilities: Floats, labels: NDArray[np.bool_]) -> Thresholds:
    false_alarms, hits, cuts = roc_curve(labels, probabilities, drop_intermediate=False)
    cuts = np.clip(cuts, 0.0, 1.0)
    balanced = cuts[np.argmax(hits - false_alarms)]
    ai = cuts[false_alarms <= MOST_FALSE_ALARMS][-1]
    real = cuts[1 - hits <= MOST_MISSES][0]
    return Thresholds(real=min(real, balanced), balanced=balanced, ai=max(ai, balanced))
