"""Bars and lines as SVG. Colours are the stylesheet's, as the policy allows no inline styles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 12, 26
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One value a minute, oldest first; None where there is none. `kind` is its CSS class."""

    kind: str
    values: Sequence[float | None]


def bars(title: str, says: str, series: Sequence[Series], unit: str = "") -> str:
    """Stacked bars, one a minute."""
    columns = list(zip(*(one.values for one in series), strict=True))
    top = _round_up(max((sum(value or 0 for value in column) for column in columns), default=0))
    width = (_WIDTH - _LEFT - _RIGHT) / max(1, len(columns))
    drawn = []
    for place, column in enumerate(columns):
        edges = [0.0, *accumulate(value or 0 for value in column)]
        for one, (low, high) in zip(series, pairwise(edges), strict=True):
            if high > low:
                drawn.append(
                    f'<rect class="{one.kind}" x="{_LEFT + place * width + 0.5:.1f}"'
                    f' y="{_y(high, top):.1f}" width="{width - 1:.1f}"'
                    f' height="{_y(low, top) - _y(high, top):.1f}"/>'
                )
    return _frame(title, says, "".join(drawn), top, unit)


def lines(title: str, says: str, series: Sequence[Series], limits: Sequence[Series]) -> str:
    """Lines of seconds, one point a minute, interrupted where there is no value.

    limits: horizontal lines, of one value each.
    """
    known = [value for one in series for value in one.values if value is not None]
    bounds = [limit.values[0] or 0 for limit in limits]
    top = _round_up(max([*known, *bounds], default=0))
    drawn = [
        f'<line class="limit {limit.kind}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}"'
        f' y1="{_y(bound, top):.1f}" y2="{_y(bound, top):.1f}"/>'
        for limit, bound in zip(limits, bounds, strict=True)
    ]
    for one in series:
        width = (_WIDTH - _LEFT - _RIGHT) / max(1, len(one.values))
        points = [
            None if value is None else f"{_LEFT + (place + 0.5) * width:.1f},{_y(value, top):.1f}"
            for place, value in enumerate(one.values)
        ]
        for run in _runs(points):
            if len(run) == 1:
                x, y = run[0].split(",")
                drawn.append(f'<circle class="{one.kind}" cx="{x}" cy="{y}" r="2.5"/>')
            else:
                drawn.append(f'<polyline class="{one.kind}" points="{" ".join(run)}"/>')
    return _frame(title, says, "".join(drawn), top, " s")


def share(title: str, says: str, parts: Sequence[tuple[str, float]]) -> str:
    """One bar, cut into the shares of (kind, count)."""
    total = sum(count for _, count in parts)
    edges = [0.0, *accumulate(count / total * _WIDTH if total else 0.0 for _, count in parts)]
    drawn = "".join(
        f'<rect class="{kind}" x="{low:.1f}" y="0" width="{high - low:.1f}" height="28"/>'
        for (kind, _), (low, high) in zip(parts, pairwise(edges), strict=True)
    )
    return _svg(title, says, f'<rect class="empty" width="{_WIDTH}" height="28"/>{drawn}', 28)


def _frame(title: str, says: str, drawn: str, top: float, unit: str) -> str:
    grid = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text class="end" x="{_LEFT - 8}" y="{y + 4}">{value:g}{unit}</text>'
        for value, y in ((value, round(_y(value, top), 1)) for value in (0.0, top / 2, top))
    )
    times = "".join(
        f'<text class="{place}" x="{x}" y="{_HEIGHT - 6}">{said}</text>'
        for said, x, place in (
            ("an hour ago", _LEFT, "start"),
            ("30 minutes", (_LEFT + _WIDTH - _RIGHT) / 2, "middle"),
            ("now", _WIDTH - _RIGHT, "end"),
        )
    )
    return _svg(title, says, grid + drawn + times, _HEIGHT)


def _svg(title: str, says: str, drawn: str, height: int) -> str:
    label = escape(f"{title}: {says}")
    box = f"0 0 {_WIDTH} {height}"
    return f'<svg role="img" viewBox="{box}" aria-label="{label}">{drawn}</svg>'


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _round_up(value: float) -> float:
    """A round number that is no less, and not 0."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def _runs(points: Sequence[str | None]) -> list[list[str]]:
    """Neighbours together, cut where there is none."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
