"""Axes that every plot of the report shares."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from realeyez_training.report.plots.svg import SOFT

PERCENT = FuncFormatter(lambda value, _: f"{value * 100:.0f} %")


def unit_square(figure: Figure, x: str, y: str) -> Axes:
    """Shares from 0 to 100 % against shares from 0 to 100 %."""
    axes = figure.subplots()
    axes.set(xlim=(-0.015, 1.015), ylim=(-0.015, 1.015), xlabel=x)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.xaxis.set_major_formatter(PERCENT)
    axes.yaxis.set_major_formatter(PERCENT)
    name_above(axes, y)
    return axes


def name_above(axes: Axes, name: str) -> None:
    """The y axis is named above it, where nobody has to tilt their head."""
    axes.set_title(name, loc="left", fontsize=11, color=SOFT, x=-0.1, pad=9)


def reference(axes: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    """A thin dotted line to compare with."""
    axes.plot(x, y, color=SOFT, linewidth=0.9, linestyle=(0, (1, 3)))
