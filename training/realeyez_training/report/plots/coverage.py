"""Coverage–risk: how often a detector errs when it decides only the surest pictures."""

from markupsafe import Markup
from matplotlib.figure import Figure

from realeyez_training.measure.metrics import coverage_and_risk
from realeyez_training.report.plots.axes import PERCENT, name_above
from realeyez_training.report.plots.svg import SOFT, SURFACE, draw, model_style
from realeyez_training.report.results import Numbered


def coverage_plot(results: Numbered, split: str) -> Markup:
    """With a mark at what the verdict bands decide, and how often they err there."""

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for i, result in results:
            figures = result.evaluation.figures[split]["clean"]
            style = model_style(i)
            curve = coverage_and_risk(result.clean(split), result.evaluation.thresholds)
            axes.plot(*curve, **{**style, "marker": None})
            decided, wrong = 1 - figures.unsure.value, figures.risk.value
            mark = {"marker": style["marker"], "markersize": 8, "zorder": 3}
            axes.plot(decided, wrong, color=style["color"], markeredgecolor=SURFACE, **mark)
        if len(results) == 1:
            axes.annotate(
                f"{wrong:.0%} wrong where {decided:.0%} are decided".replace("%", " %"),
                xy=(decided, wrong),
                xytext=(0.5, 0.93),
                textcoords="axes fraction",
                ha="center",
                arrowprops={"arrowstyle": "-", "color": SOFT, "linewidth": 0.75, "shrinkB": 6},
            )
        axes.set(xlim=(-0.015, 1.015), xlabel="coverage: share decided")
        top = max(0.1, axes.get_ylim()[1] * 1.2)
        axes.set_ylim(-0.015 * top, top)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.xaxis.set_major_formatter(PERCENT)
        axes.yaxis.set_major_formatter(PERCENT)
        name_above(axes, "risk: share of the decided that is wrong")

    return draw(f"Coverage–risk curve of {split}; the marks are in the caption.", paint)
