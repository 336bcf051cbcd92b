"""Figures and names in words."""

import re

from realeyez_training.measure.figures import Interval
from realeyez_training.report.results import Result

SPLITS = {
    "val": ("Validation", "What calibration was fitted on: a favourable view."),
    "test_seen": ("Seen generators", "New pictures by generators that training has seen."),
    "test_unseen": (
        "Unseen generators",
        "Generators and real sources that training has never seen: the nearest to life.",
    ),
}

_CONDITIONS = {
    "jpeg": "JPEG, quality {}",
    "webp": "WebP, quality {}",
    "scale": "scaled × {}",
    "crop": "cropped, side × {}",
    "web": "uploaded to the web",
    "hard": "uploaded, strongly compressed",
    "thumb": "thumbnail",
}


def percent(share: float, digits: int = 1) -> str:
    return f"{share * 100:.{digits}f}\N{NARROW NO-BREAK SPACE}%"


def span(interval: Interval, *, shares: bool = False) -> str:
    """The bounds of an interval."""
    if shares:
        return f"{interval.low * 100:.1f}–{percent(interval.high)}"
    return f"{interval.low:.3f}–{interval.high:.3f}"


def condition(name: str) -> str:
    found = re.fullmatch(r"([a-z]+)([\d.]+)", name)
    kind, amount = found.groups() if found else (name, "")
    return _CONDITIONS.get(kind, kind).format(amount)


def told_on(result: Result) -> str | None:
    """The split for the headline: the last one that counts, nearest to life."""
    checks = result.evaluation.null_check
    counting = [s for s in result.scores.splits if s not in checks or checks[s].counts]
    return counting[-1] if counting else None
