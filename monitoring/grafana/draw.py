"""Pictures of the boards for the docs: the panels' own queries, asked of a real Prometheus.

python -m tests.infra.monitoring.world 600 &      # says where its Prometheus is
python -m monitoring.grafana.draw http://127.0.0.1:PORT docs/images --minutes 5

Drawn by matplotlib, not by Grafana, and labelled so.
"""

import argparse
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec
from matplotlib.ticker import FuncFormatter, MaxNLocator

BOARDS = Path(__file__).parent / "dashboards"
_STEP = 5  # seconds
_INCH = 0.62  # a column of Grafana's 24
_NOTE = (
    "Drawn by matplotlib from the answers of a real Prometheus to the board's own queries: "
    "the service under a test's load, on loopback, on a busy machine. Not a picture of Grafana."
)
_SAMPLES = " Figures of GPU, NGINX, PostgreSQL, Jenkins and AWS are made-up samples."

Json = dict[str, Any]


@dataclass(frozen=True)
class Series:
    """One line: seconds before now, and values."""

    name: str
    times: list[float]
    values: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prometheus")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    given = parser.parse_args()
    for path in sorted(BOARDS.glob("*.json")):
        draw(json.loads(path.read_text()), given.prometheus, given.minutes, given.folder)


def draw(board: Json, url: str, minutes: float, folder: Path) -> None:
    """One board, as `board-NAME.png`."""
    panels = [panel for row in board["panels"] for panel in (row.get("panels") or [row])]
    panels = [panel for panel in panels if panel["type"] != "row"]
    tops = sorted({panel["gridPos"]["y"] for panel in panels})
    heights = [
        max(panel["gridPos"]["h"] for panel in panels if panel["gridPos"]["y"] == y) for y in tops
    ]
    figure = plt.figure(figsize=(24 * _INCH, sum(heights) * 0.32 + 1.3), facecolor="white")
    grid = GridSpec(
        len(tops), 24, figure, height_ratios=heights, hspace=0.45, wspace=4,
        left=0.045, right=0.985, top=1 - 0.8 / figure.get_figheight(),
        bottom=0.65 / figure.get_figheight(),
    )  # fmt: skip
    for panel in panels:
        place = panel["gridPos"]
        span = slice(place["x"], place["x"] + place["w"])
        axes = figure.add_subplot(grid[tops.index(place["y"]), span])
        series = list(_answers(panel, url, minutes))
        axes.set_title(panel["title"], fontsize=9, loc="left", fontweight="bold")
        _PAINTERS[panel["type"]](axes, panel, series)
    figure.suptitle(board["title"], x=0.012, ha="left", fontsize=14, fontweight="bold")
    figure.text(0.012, 0.012, _NOTE + _SAMPLES, fontsize=7, color="#555")
    name = board["uid"].removeprefix("realeyez-")
    figure.savefig(folder / f"board-{name}.png", dpi=80)
    plt.close(figure)


def _answers(panel: Json, url: str, minutes: float) -> Iterator[Series]:
    now = time.time()
    for target in panel["targets"]:
        expr = target["expr"].replace("$__rate_interval", "30s")
        expr = expr.replace("$__range", f"{minutes * 60:.0f}s")
        query = {"query": expr, "start": now - minutes * 60, "end": now, "step": _STEP}
        with urllib.request.urlopen(  # noqa: S310
            f"{url}/api/v1/query_range?{urllib.parse.urlencode(query)}", timeout=60
        ) as answer:
            found = json.load(answer)["data"]["result"]
        for one in found:
            points = [(at - now, float(value)) for at, value in one["values"]]
            yield Series(
                _legend(target["legendFormat"], one["metric"]),
                [at for at, _ in points],
                [value for _, value in points],
            )


def _legend(wanted: str, labels: dict[str, str]) -> str:
    if wanted == "__auto":
        return ", ".join(value for name, value in labels.items() if name != "__name__")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), wanted)


def _said(unit: str) -> FuncFormatter:
    def say(value: float, _: object = None) -> str:
        if unit == "percentunit":
            return f"{value * 100:.3g} %"
        if unit in ("bytes", "Bps", "decbytes"):
            for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
                if abs(value) >= size:
                    return f"{value / size:.3g} {prefix}B"
            return f"{value:.3g} B"
        if unit == "s":
            return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"
        if unit == "ms":
            return f"{value / 60000:.3g} min"
        names = {"percent": "%", "celsius": "°C", "watt": "W", "mhertz": "MHz", "mbytes": "MiB",
                 "currencyUSD": "USD", "reqps": "/s", "ops": "/s", "d": "days"}  # fmt: skip
        return f"{value:.4g} {names.get(unit, '')}".strip()

    return FuncFormatter(say)


def _lines(axes: Axes, panel: Json, series: list[Series]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    stacked = defaults.get("custom", {}).get("stacking", {}).get("mode") == "normal"
    if stacked and series:
        times = sorted({at for one in series for at in one.times})
        known = [dict(zip(one.times, one.values, strict=True)) for one in series]
        heights = [[values.get(at, 0.0) for at in times] for values in known]
        axes.stackplot(
            [at / 60 for at in times], heights, labels=[one.name for one in series], alpha=0.75
        )
    else:
        for one in series:
            axes.plot([at / 60 for at in one.times], one.values, label=one.name, linewidth=1.3)
    axes.yaxis.set_major_formatter(_said(defaults["unit"]))
    axes.margins(y=0.25)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} min"))
    axes.tick_params(labelsize=7, colors="#555")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if series:
        axes.legend(fontsize=6, loc="upper left", framealpha=0.7, edgecolor="none", ncols=3)


def _figure(axes: Axes, panel: Json, series: list[Series]) -> None:
    say = _said(panel["fieldConfig"]["defaults"]["unit"])
    axes.axis("off")
    for place, one in enumerate(series[:3]):
        height = 0.45 if len(series) == 1 else 0.75 - place * 0.35
        axes.text(0, height, say(one.values[-1]), fontsize=17, va="center", color="#1d5fae")
        axes.text(0, height - 0.24, one.name, fontsize=7, va="center", color="#555")


def _bars(axes: Axes, panel: Json, series: list[Series]) -> None:
    say = _said(panel["fieldConfig"]["defaults"]["unit"])
    values = [one.values[-1] for one in series]
    axes.barh(range(len(series)), values, color="#1d5fae", alpha=0.35)
    for place, one in enumerate(series):
        said = f"{one.name}: {say(one.values[-1])}"
        axes.text(max(values) * 0.01, place, said, fontsize=7, va="center")
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(say)
    axes.tick_params(labelsize=7, colors="#555")
    axes.spines[["top", "right"]].set_visible(False)


_PAINTERS = {"timeseries": _lines, "stat": _figure, "bargauge": _bars}

if __name__ == "__main__":
    main()
