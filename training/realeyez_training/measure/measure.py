"""Scores → every figure of the protocol. What `evaluate` writes, `report` makes again with this."""

from rich.progress import track

from realeyez.models import Thresholds
from realeyez_training.errors import InputError
from realeyez_training.measure.bands import fit_thresholds
from realeyez_training.measure.bootstrap import RESAMPLES, intervals
from realeyez_training.measure.figures import (
    Evaluation,
    Figures,
    GeneratorFigures,
    NullCheck,
    SourceFigures,
)
from realeyez_training.measure.metrics import by_name, cut_at_fpr, point_figures, win_rates
from realeyez_training.measure.null_check import null_check
from realeyez_training.measure.scores import Scores, Slice

FEWEST = 10  # pictures that the worst generator or source has at least: fewer are chance


def measure(
    name: str, scores: Scores, thresholds: Thresholds | None = None, resamples: int = RESAMPLES
) -> Evaluation:
    """All figures of a detector.

    thresholds: the detector's own, frozen; if it has none, they are fitted on its scores of `val`.
    Raises `InputError` if a split lacks one of the labels, or there is no `val` to fit on.
    """
    thresholds = thresholds or _fitted(name, scores)
    slices = [(split, condition) for split in scores.splits for condition in scores.probabilities]
    figures: dict[str, dict[str, Figures]] = {split: {} for split in scores.splits}
    for split, condition in track(slices, f"Measuring {name}", transient=True):
        data = scores.slice(split, condition)
        if data.labels.all() or not data.labels.any():
            raise InputError(f"The split {split} of {name} needs real and AI pictures.")
        figures[split][condition] = _figures(data, thresholds, resamples)
    return Evaluation(
        name=name, thresholds=thresholds, null_check=_null_checks(scores), figures=figures
    )


def _fitted(name: str, scores: Scores) -> Thresholds:
    if "val" not in scores.splits:
        raise InputError(f"{name} has no scores of val to fit its thresholds on.")
    val = scores.slice("val", "clean")
    return fit_thresholds(val.probabilities, val.labels)


def _null_checks(scores: Scores) -> dict[str, NullCheck]:
    if scores.metadata is None:
        return {}
    checks = {}
    for split in scores.splits:
        rows = scores.description["split"] == split
        labels = scores.description["label"][rows] == "ai"
        check = null_check(scores.metadata[rows], labels, scores.description["group"][rows])
        if check:
            checks[split] = check
    return checks


def _figures(data: Slice, thresholds: Thresholds, resamples: int) -> Figures:
    labels, p = data.labels, data.probabilities
    real, ai = p[~labels], p[labels]
    wins = by_name(win_rates(real, ai), data.generators[labels])
    hits = by_name(ai > cut_at_fpr(real, 0.05), data.generators[labels])
    called = by_name(ai >= thresholds.ai, data.generators[labels])
    alarms = by_name(real >= thresholds.balanced, data.sources[~labels])
    accused = by_name(real >= thresholds.ai, data.sources[~labels])
    return Figures(
        real=len(real),
        ai=len(ai),
        **intervals(data, lambda sample: point_figures(sample, thresholds), resamples),
        generators={
            name: GeneratorFigures(
                pictures=count, auc=auc, tpr_at_fpr_5=hits[name][1], called_ai=called[name][1]
            )
            for name, (count, auc) in wins.items()
        },
        sources={
            name: SourceFigures(pictures=count, fpr=fpr, called_ai=accused[name][1])
            for name, (count, fpr) in alarms.items()
        },
        worst_generator=_worst(wins, lowest=True),
        worst_source=_worst(alarms, lowest=False),
    )


def _worst(figures: dict[str, tuple[int, float]], *, lowest: bool) -> str | None:
    known = {name: mean for name, (count, mean) in figures.items() if count >= FEWEST}
    if not known:
        return None
    return min(known, key=known.__getitem__) if lowest else max(known, key=known.__getitem__)
