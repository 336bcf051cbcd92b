"""Reliability diagram: of the pictures told to be AI at 70 %, are 70 % AI?"""

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from realeyez_training.measure.metrics import BINS, calibration
from realeyez_training.report.plots.axes import PERCENT, name_above, reference
from realeyez_training.report.plots.svg import LINE, SOFT, draw, model_style
from realeyez_training.report.results import Result


def reliability_plot(result: Result, i: int, split: str) -> Markup:
    """Observed against predicted, the dots as large as their bins; the bins' counts below."""
    data = result.clean(split)
    bins = calibration(data.probabilities, data.labels)
    held = bins.counts > 0

    def paint(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(4, 1))
        reference(upper, (0, 1), (0, 1))
        style = model_style(i)
        upper.plot(bins.predicted[held], bins.observed[held], color=style["color"], linewidth=1)
        sizes = 12 + 140 * bins.counts[held] / bins.counts.max()
        dots = {"color": style["color"], "marker": style["marker"], "linewidth": 0}
        upper.scatter(bins.predicted[held], bins.observed[held], sizes, **dots)
        upper.set(xlim=(-0.015, 1.015), ylim=(-0.04, 1.04))
        upper.set_yticks([0, 0.25, 0.5, 0.75, 1])
        upper.yaxis.set_major_formatter(PERCENT)
        name_above(upper, "pictures that are AI")
        edges = (np.arange(BINS) + 0.5) / BINS
        lower.bar(edges, bins.counts, 0.85 / BINS, color=SOFT, alpha=0.55)
        lower.grid(visible=False)
        lower.spines["left"].set_color(LINE)
        lower.yaxis.set_major_locator(MaxNLocator(2, integer=True, prune="lower"))
        lower.xaxis.set_major_formatter(PERCENT)
        lower.set_xticks([0, 0.25, 0.5, 0.75, 1])
        lower.set_xlabel("P(AI), and pictures in each bin")

    error = result.evaluation.figures[split]["clean"].ece.value
    return draw(
        f"Reliability diagram of model {i + 1} on {split}: "
        f"the expected calibration error is {error:.3f}.",
        paint,
        height=370,
    )
