"""What boards are made of: rows of panels, panels of queries. Twenty-four columns a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    timeseries,
)
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models.dashboard import (
    Dashboard,
    DashboardCursorSync,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
)

SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")

Builder = timeseries.Panel | stat.Panel | bargauge.Panel
Kind = Literal["lines", "areas", "figure", "bars"]


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and what its series are called: `{{label}}` is a label's value."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One question and its answer.

    kind: lines over time, stacked areas, the latest figure, or the latest figures as bars. unit:
    Grafana's name of it. above: where red begins; with `below`, where it ends instead.
    """

    title: str
    says: str
    unit: str
    queries: Sequence[Query]
    kind: Kind = "lines"
    width: int = 8
    above: float | None = None
    below: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under a heading."""

    title: str
    panels: Sequence[Panel]


def board(uid: str, title: str, says: str, rows: Sequence[Row]) -> Dashboard:
    """A board that nobody edits by hand."""
    built = (
        dashboard.Dashboard(title)
        .uid(f"realeyez-{uid}")
        .description(says)
        .tags(["realeyez"])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("1m")
    )
    for row in rows:
        built.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            built.with_panel(_panel(panel))
    return built.build()


def _panel(panel: Panel) -> Builder:
    built: Builder
    if panel.kind == "figure":
        built = stat.Panel().height(4)
    elif panel.kind == "bars":
        built = bargauge.Panel().height(8).orientation(kinds.VizOrientation.HORIZONTAL)
    else:
        built = _over_time(panel)
    built.title(panel.title).description(panel.says).unit(panel.unit).datasource(SOURCE)
    built.span(panel.width).min(0).thresholds(_thresholds(panel))
    if panel.most is not None:
        built.max(panel.most)
    for place, query in enumerate(panel.queries):
        target = (
            prometheus.Dataquery()
            .expr(query.expr)
            .legend_format(query.legend or "__auto")
            .ref_id(chr(ord("A") + place))
            .datasource(SOURCE)
        )
        built.with_target(target.instant() if panel.kind in ("figure", "bars") else target.range())
    return built


def _over_time(panel: Panel) -> timeseries.Panel:
    built = (
        timeseries.Panel()
        .height(8)
        .legend(
            common.VizLegendOptions()
            .display_mode(kinds.LegendDisplayMode.LIST)
            .placement(kinds.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI))
    )
    if panel.kind == "areas":
        built.fill_opacity(40).stacking(
            common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A")
        )
    if panel.above is not None or panel.below is not None:
        built.thresholds_style(
            common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.DASHED)
        )
    return built


def _thresholds(panel: Panel) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color="green")]
    if panel.above is not None:
        steps.append(Threshold(value=panel.above, color="red"))
    if panel.below is not None:
        steps = [
            Threshold(value=None, color="red"),
            Threshold(value=panel.below, color="green"),
        ]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
