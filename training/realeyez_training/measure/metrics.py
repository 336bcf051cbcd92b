"""Scores → figures. Everything is exact on the sample; `bootstrap.py` says how sure it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realeyez.models import Thresholds
from realeyez_training.measure.scores import Floats, Names, Slice

BINS = 15


def point_figures(data: Slice, thresholds: Thresholds) -> dict[str, float]:
    """The figures of `figures.Figures` that have intervals; `data` holds both labels."""
    labels, p = data.labels, data.probabilities
    real, ai = p[~labels], p[labels]
    wins = win_rates(real, ai)
    hits = ai > cut_at_fpr(real, 0.05)
    false_alarms = real >= thresholds.balanced
    called_ai, called_real = p >= thresholds.ai, p < thresholds.real
    wrong = (called_ai & ~labels) | (called_real & labels)
    generators, sources = data.generators[labels], data.sources[~labels]
    return {
        "auc": float(wins.mean()),
        "average_precision": average_precision(p, labels),
        "balanced_accuracy": float(
            ((ai >= thresholds.balanced).mean() + 1 - false_alarms.mean()) / 2
        ),
        "tpr_at_fpr_1": float((ai > cut_at_fpr(real, 0.01)).mean()),
        "tpr_at_fpr_5": float(hits.mean()),
        "ece": calibration(p, labels).error,
        "brier": float(((p - labels) ** 2).mean()),
        "unsure": float((~called_ai & ~called_real).mean()),
        "risk": float(wrong.sum() / max(1, (called_ai | called_real).sum())),
        "real_called_ai": float(called_ai[~labels].mean()),
        "ai_called_ai": float(called_ai[labels].mean()),
        "ai_called_real": float(called_real[labels].mean()),
        "macro_generator_auc": _macro(wins, generators),
        "macro_generator_tpr_at_fpr_5": _macro(hits, generators),
        "macro_source_fpr": _macro(false_alarms, sources),
        "macro_source_called_ai": _macro(called_ai[~labels], sources),
    }


def win_rates(real: Floats, ai: Floats) -> Floats:
    """How many of the real pictures each AI picture outscores, ties half; the mean is the AUC."""
    ordered = np.sort(real)
    below = np.searchsorted(ordered, ai, "left")
    not_above = np.searchsorted(ordered, ai, "right")
    return (below + not_above) / (2 * len(real))


def average_precision(probabilities: Floats, labels: NDArray[np.bool_]) -> float:
    """The mean of the precision at every AI picture's score.

    As scikit-learn's, without the checks that make it most of a bootstrap's time.
    """
    order = np.argsort(-probabilities)
    last = np.flatnonzero(np.diff(probabilities[order], append=-1.0))  # of each run of ties
    found = np.cumsum(labels[order])[last]
    return float((np.diff(found, prepend=0) * found / (last + 1)).sum() / found[-1])


def cut_at_fpr(real: Floats, rate: float) -> float:
    """The score that at most `rate` of the real pictures exceed."""
    return float(np.sort(real)[len(real) - 1 - int(rate * len(real))])


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability by bins of equal width; arrays `[15]`, NaN where a bin is empty.

    `error` is the expected calibration error (Guo et al., 2017, arXiv:1706.04599).
    """

    predicted: Floats
    observed: Floats
    counts: NDArray[np.intp]
    error: float


def calibration(probabilities: Floats, labels: NDArray[np.bool_]) -> Calibration:
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        predicted = np.bincount(bins, probabilities, BINS) / counts
        observed = np.bincount(bins, labels, BINS) / counts
    gaps = np.abs(predicted - observed)
    return Calibration(
        predicted, observed, counts, float(np.nansum(gaps * counts) / len(probabilities))
    )


def coverage_and_risk(data: Slice, thresholds: Thresholds) -> tuple[Floats, Floats]:
    """The risk of deciding only the surest pictures, for each share of them; both `[n]`.

    A picture is decided at the balanced threshold, the surer the further from it in logit
    (the risk–coverage curve of El-Yaniv & Wiener, 2010, JMLR 11).
    """
    p = np.clip(data.probabilities, 1e-9, 1 - 1e-9)
    middle = np.clip(thresholds.balanced, 1e-9, 1 - 1e-9)
    distance = np.abs(np.log(p / (1 - p)) - np.log(middle / (1 - middle)))
    order = np.argsort(-distance, kind="stable")
    wrong = ((p >= middle) != data.labels)[order]
    decided = np.arange(1, len(wrong) + 1)
    return decided / len(wrong), np.cumsum(wrong) / decided


def by_name(values: NDArray[np.generic], names: Names) -> dict[str, tuple[int, float]]:
    """Count and mean of the values of each name."""
    found, codes = np.unique(names, return_inverse=True)
    counts = np.bincount(codes)
    means = np.bincount(codes, values) / counts
    return {
        str(name): (int(count), float(mean))
        for name, count, mean in zip(found, counts, means, strict=True)
    }


def _macro(values: NDArray[np.generic], names: Names) -> float:
    return float(np.mean([mean for _, mean in by_name(values, names).values()]))
