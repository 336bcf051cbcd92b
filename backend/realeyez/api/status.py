"""GET /status: the last hour at a glance, for people without Grafana. No script, one stylesheet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from realeyez.api.charts import Series, bars, lines, share
from realeyez.api.keys import METRICS, SWITCH
from realeyez.pipeline.types import Priority, VerdictName
from realeyez.recent import Minute, Outcome

_PAGE = Template((Path(__file__).parent / "status.html").read_text())
_P95 = 0.95
_OBJECTIVES: dict[Priority, float] = {"interactive": 0.3, "feed": 2.0}  # seconds; docs/api.md
_VERDICTS: dict[VerdictName, str] = {
    "ai": "AI",
    "ai_edited": "edited with AI",
    "unsure": "unsure",
    "real": "real",
}


async def status(request: web.Request) -> web.Response:
    """The page, made anew each time."""
    recent, switch = request.app[METRICS].recent, request.app[SWITCH]
    minutes, hour, now = recent.minutes(), recent.hour(), datetime.now(UTC)
    answered = {kind: hour.outcomes[kind, "answered"] for kind in _OBJECTIVES}
    page = _PAGE.substitute(
        now=now.isoformat(timespec="seconds"),
        clock=f"{now:%Y-%m-%d %H:%M}",
        model=escape(f"{switch.manifest.name} {switch.manifest.version}"),
        answered=f"{sum(answered.values()):,}",
        failed=f"{_both(hour, 'failed'):,}",
        rejected=f"{_both(hour, 'rejected'):,}",
        interactive=_seconds(hour, "interactive"),
        feed=_seconds(hour, "feed"),
        waiting=f"{switch.waiting:,}",
        traffic_chart=_traffic(minutes, answered),
        latency_chart=_latency(minutes, hour),
        verdict_chart=_verdicts(hour),
        verdict_key="".join(
            f'<li class="{name}">{said}: {hour.verdicts[name]:,}</li>'
            for name, said in _VERDICTS.items()
        ),
        rows="".join(_rows(minutes)),
    )
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _traffic(minutes: Sequence[Minute], answered: dict[Priority, int]) -> str:
    says = ", ".join(f"{count:,} {kind}" for kind, count in answered.items())
    kinds = [
        Series(kind, [minute.outcomes[kind, "answered"] for minute in minutes])
        for kind in _OBJECTIVES
    ]
    failed = Series("failed", [_both(minute, "failed") for minute in minutes])
    return bars("Pictures answered in the last hour", says, [*kinds, failed])


def _latency(minutes: Sequence[Minute], hour: Minute) -> str:
    says = ", ".join(f"{kind} {_seconds(hour, kind)}" for kind in _OBJECTIVES)
    kinds = [
        Series(kind, [minute.quantile(_P95, kind) for minute in minutes]) for kind in _OBJECTIVES
    ]
    limits = [
        Series(kind, [_OBJECTIVES[kind]])
        for kind in _OBJECTIVES
        if hour.quantile(_P95, kind) is not None
    ]
    return lines("95 % of the answers within", says, kinds, limits)


def _verdicts(hour: Minute) -> str:
    says = ", ".join(f"{said} {hour.verdicts[name]:,}" for name, said in _VERDICTS.items())
    return share("Verdicts of the last hour", says, [(n, hour.verdicts[n]) for n in _VERDICTS])


def _rows(minutes: Sequence[Minute]) -> list[str]:
    """The newest first; minutes without a picture are left out."""
    rows = []
    for ago, minute in enumerate(reversed(minutes)):
        if not minute.outcomes:
            continue
        cells = [
            *(f"{minute.outcomes[kind, 'answered']:,}" for kind in _OBJECTIVES),
            f"{_both(minute, 'failed'):,}",
            f"{_both(minute, 'rejected'):,}",
            *(_seconds(minute, kind) for kind in _OBJECTIVES),
        ]
        data = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{ago}</th>{data}</tr>')
    return rows or ['<tr><td colspan="7">No pictures in the last hour.</td></tr>']


def _both(minute: Minute, outcome: Outcome) -> int:
    return sum(minute.outcomes[kind, outcome] for kind in _OBJECTIVES)


def _seconds(minute: Minute, kind: Priority) -> str:
    seconds = minute.quantile(_P95, kind)
    return "–" if seconds is None else f"{seconds:.2g}\u00a0s"
