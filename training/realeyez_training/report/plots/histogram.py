"""Score histograms: where real and AI pictures fall, and which verdict they get there."""

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from realeyez_training.report.plots.axes import PERCENT
from realeyez_training.report.plots.svg import (
    AI,
    AI_BAND,
    REAL,
    REAL_BAND,
    SOFT,
    UNSURE,
    UNSURE_BAND,
    draw,
)
from realeyez_training.report.results import Result

_BINS = 30


def histogram_plot(result: Result, i: int, split: str) -> Markup:
    """AI pictures upwards, real ones downwards, over the bands of the three verdicts."""
    data, thresholds = result.clean(split), result.evaluation.thresholds
    real, edges = np.histogram(data.probabilities[~data.labels], _BINS, (0, 1))
    ai, _ = np.histogram(data.probabilities[data.labels], _BINS, (0, 1))
    middles, tallest = (edges[1:] + edges[:-1]) / 2, max(real.max(), ai.max())

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(-1.2 * tallest, 1.2 * tallest), xlabel="P(AI)")
        bands = (
            ("real", 0, thresholds.real, REAL_BAND, REAL),
            ("unsure", thresholds.real, thresholds.ai, UNSURE_BAND, UNSURE),
            ("AI", thresholds.ai, 1, AI_BAND, AI),
        )
        for name, start, end, colour, text in bands:
            axes.axvspan(start, end, color=colour, alpha=0.3, linewidth=0)
            if end > start:
                axes.text(
                    (start + end) / 2,
                    1.03,
                    name,
                    color=text,
                    ha="center",
                    fontweight="bold",
                    transform=axes.get_xaxis_transform(),
                )
        axes.bar(middles, ai, 0.9 / _BINS, color=AI)
        axes.bar(middles, -real, 0.9 / _BINS, color=REAL)
        axes.axhline(0, color=SOFT, linewidth=0.75)
        axes.grid(visible=False)
        for y, name, colour, edge in (
            (0.95, "AI pictures", AI, "top"),
            (0.05, "real pictures", REAL, "bottom"),
        ):
            axes.text(0.5, y, name, color=colour, ha="center", va=edge, transform=axes.transAxes)
        axes.xaxis.set_major_formatter(PERCENT)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):.0f}"))

    return draw(
        f"Score histograms of model {i + 1} on {split}, AI above and real below.", paint, height=370
    )
