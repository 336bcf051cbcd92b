"""Robustness: AUC and balanced accuracy as compression or scaling gets stronger."""

import re

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from realeyez_training.report.plots.axes import name_above
from realeyez_training.report.plots.svg import draw, model_style
from realeyez_training.report.results import Numbered, Result

# A family's name, what its conditions' names begin with, and the strength that changes nothing.
_FAMILIES = (
    ("JPEG quality", "jpeg", None),
    ("WebP quality", "webp", None),
    ("scale factor", "scale", 1.0),
)


def robustness_plots(results: Numbered, split: str) -> list[Markup]:
    """One plot for each family of which a result has several strengths."""
    return [
        _family_plot(results, split, *family)
        for family in _FAMILIES
        if any(len(_strengths(result, *family[1:])) > 1 for _, result in results)
    ]


def _family_plot(
    results: Numbered, split: str, name: str, prefix: str, unchanged: float | None
) -> Markup:
    """With 95 % intervals; dotted lines mark the clean pictures that are no member themselves."""
    conditions = {i: _strengths(result, prefix, unchanged) for i, result in results}
    ticks = sorted({strength for known in conditions.values() for strength in known})

    def paint_measure(axes: Axes, measure: str) -> None:
        for i, result in results:
            figures, known = result.evaluation.figures[split], conditions[i]
            values = [getattr(figures[condition], measure) for condition in known.values()]
            # Models side by side, so that their intervals do not hide each other.
            aside = (i - (len(results) - 1) / 2) * 0.012 * (ticks[-1] - ticks[0])
            at, style = np.array(list(known)) + aside, model_style(i)
            axes.plot(at, [value.value for value in values], **style)
            low, high = [value.low for value in values], [value.high for value in values]
            axes.vlines(at, low, high, color=style["color"], linewidth=1)
            if unchanged is None and known:
                clean = getattr(figures["clean"], measure).value
                axes.axhline(clean, color=style["color"], linewidth=0.9, linestyle=(0, (1, 3)))
        axes.set_ylim(bottom=min(0.5, axes.get_ylim()[0]), top=1)

    def paint(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True)
        paint_measure(upper, "auc")
        paint_measure(lower, "balanced_accuracy")
        name_above(upper, "AUC")
        name_above(lower, "balanced accuracy")
        lower.set_xticks(ticks, [f"{strength:g}" for strength in ticks])
        if unchanged is None:
            lower.invert_xaxis()  # stronger to the right
        lower.set_xlabel(name)

    return draw(f"{name} against AUC and balanced accuracy on {split}.", paint, height=340)


def _strengths(result: Result, prefix: str, unchanged: float | None) -> dict[float, str]:
    """The conditions of a family by the strength in their names, rising."""
    matches = (re.fullmatch(rf"{prefix}([\d.]+)", name) for name in result.scores.probabilities)
    known = {float(match[1]): match[0] for match in matches if match}
    if known and unchanged is not None:
        known[unchanged] = "clean"
    return dict(sorted(known.items()))
