"""ROC and precision–recall: how well the scores rank AI pictures above real ones."""

from collections.abc import Callable

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from realeyez_training.measure.bootstrap import intervals
from realeyez_training.measure.scores import Floats, Slice
from realeyez_training.report.plots.axes import reference, unit_square
from realeyez_training.report.plots.svg import SOFT, draw, model_style
from realeyez_training.report.results import Numbered

_GRID = np.linspace(0.0, 1.0, 101)

Curve = Callable[[Slice], tuple[Floats, Floats]]  # x rising, and y


def roc_plot(results: Numbered, split: str, resamples: int) -> Markup:
    """With bootstrap bands, and marks at false positive rates of 1 % and 5 %."""

    def paint(figure: Figure) -> None:
        axes = unit_square(figure, "false positive rate", "true positive rate")
        reference(axes, (0, 1), (0, 1))
        for i, result in results:
            _curve(axes, i, result.clean(split), _roc, resamples)
            figures = result.evaluation.figures[split]["clean"]
            hits = (figures.tpr_at_fpr_1.value, figures.tpr_at_fpr_5.value)
            axes.plot((0.01, 0.05), hits, **{**model_style(i), "linestyle": "none"})
        if len(results) == 1:
            _name_marks(axes, *hits)

    return draw(f"ROC curve of {split}; its areas are in the caption.", paint)


def precision_recall_plot(results: Numbered, split: str, resamples: int) -> Markup:
    """With bootstrap bands, and a line at the precision of chance."""

    def paint(figure: Figure) -> None:
        axes = unit_square(figure, "recall", "precision")
        prior = float(results[0][1].clean(split).labels.mean())
        reference(axes, (0, 1), (prior, prior))
        axes.text(0.01, prior - 0.02, "chance", color=SOFT, va="top")
        for i, result in results:
            _curve(axes, i, result.clean(split), _precision_recall, resamples)

    return draw(f"Precision–recall curve of {split}; its areas are in the caption.", paint)


def _roc(data: Slice) -> tuple[Floats, Floats]:
    false_alarms, hits, _ = roc_curve(data.labels, data.probabilities)
    return false_alarms, hits


def _precision_recall(data: Slice) -> tuple[Floats, Floats]:
    precision, recall, _ = precision_recall_curve(data.labels, data.probabilities)
    return recall[::-1], precision[::-1]


def _curve(axes: Axes, i: int, data: Slice, curve: Curve, resamples: int) -> None:
    def on_grid(sample: Slice) -> dict[str, float]:
        return dict(zip(map(str, _GRID), np.interp(_GRID, *curve(sample)), strict=True))

    band = intervals(data, on_grid, resamples).values()
    style = {**model_style(i), "marker": None}
    low, high = [of.low for of in band], [of.high for of in band]
    axes.fill_between(_GRID, low, high, color=style["color"], alpha=0.13, linewidth=0)
    axes.plot(*curve(data), **style)


def _name_marks(axes: Axes, at_1: float, at_5: float) -> None:
    """Below the diagonal, where no curve worth a report passes."""
    lower = float(np.clip(at_1 - 0.1, 0.05, 0.28))
    upper = float(np.clip(at_5 - 0.1, lower + 0.1, 0.4))
    for rate, hit, y in ((0.01, at_1, lower), (0.05, at_5, upper)):
        axes.annotate(
            f"{hit:.0%} at {rate:.0%} FPR".replace("%", " %"),
            xy=(rate, hit),
            xytext=(0.5, y),
            va="center",
            arrowprops={"arrowstyle": "-", "color": SOFT, "linewidth": 0.75, "shrinkB": 4},
        )
