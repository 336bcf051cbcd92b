"""Four plots of what was measured, on one sheet."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import median

import matplotlib as mpl

mpl.use("Agg")

from benchmarks.serving.bench import read
from matplotlib import pyplot
from matplotlib.axes import Axes

COLOURS = {
    "realeyez": "#1f6feb",
    "ideal": "#9aa4af",
    "litserve": "#d97706",
    "bentoml": "#7c3aed",
    "mosec": "#0f9d74",
}

Medians = dict[str, dict[str, float]]


def plot(file: Path) -> None:
    """Draw the parts that were measured; the others stay empty."""
    figure, panels = pyplot.subplots(2, 2, figsize=(11, 7.5), layout="constrained")
    throughput = _medians("throughput", "kind", "per_second")
    _bars(panels[0, 0], throughput, "pictures a second", "Always enough to do")
    latency = {
        who: {name: values["open-same"] for name, values in figures.items()}
        for who, figures in _latencies().items()
    }
    _bars(panels[0, 1], latency, "ms", "Latency at the same load")
    goodput = _medians("overload", "load", "good_per_second")
    _bars(panels[1, 0], goodput, "answers in time, a second", "More than can be done")
    _memory(panels[1, 1])
    figure.savefig(file, dpi=110)
    pyplot.close(figure)


def _medians(part: str, by: str, figure: str) -> Medians:
    """Contender → value of `by` → the rounds' median of a figure."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in read(part):
        found[row["contender"]][row[by]].append(float(row[figure]))
    return {
        who: {name: median(values) for name, values in groups.items()}
        for who, groups in found.items()
    }


def _latencies() -> dict[str, Medians]:
    """Contender → percentile → load → ms, of those that were measured at the same load."""
    found: dict[str, Medians] = defaultdict(dict)
    for percentile in ("p50", "p95", "p99"):
        for who, values in _medians("latency", "load", f"{percentile}_ms").items():
            if "open-same" in values:
                found[who][percentile] = values
    return found


def _bars(axes: Axes, values: Medians, unit: str, title: str) -> None:
    """Groups of bars, one of each contender."""
    groups = list(dict.fromkeys(group for each in values.values() for group in each))
    width = 0.8 / max(len(values), 1)
    for place, (who, figures) in enumerate(values.items()):
        at = [groups.index(group) + place * width for group in figures]
        axes.bar(at, list(figures.values()), width, label=who, color=COLOURS.get(who))
    axes.set_xticks([index + 0.4 - width / 2 for index in range(len(groups))], groups)
    axes.set_ylabel(unit)
    axes.set_title(title)
    if values:
        axes.legend(frameon=False, fontsize="small", ncols=len(values))
        axes.margins(y=0.2)  # where the legend is


def _memory(axes: Axes) -> None:
    rows = read("memory")
    requests = [int(row["requests"]) for row in rows]
    resident = [float(row["rss_mib"]) for row in rows]
    axes.plot(requests, resident, color=COLOURS["realeyez"])
    axes.set_ylim(0, 1.2 * max(resident, default=1.0))
    axes.set_xlabel("requests")
    axes.set_ylabel("resident MiB")
    axes.set_title("Memory of the service")
