"""Where a check's time goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from realeyez.pipeline.types import Timings


class Stopwatch:
    """Seconds of each step, and in all since it was made. Used by one thread at a time."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what the block takes as the step of that name."""
        started = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds that were measured elsewhere."""
        self._seconds[name] += seconds

    def timings(self) -> Timings:
        """Milliseconds until now."""
        steps = {name: round(seconds * 1000, 2) for name, seconds in self._seconds.items()}
        steps["total"] = round((perf_counter() - self._started) * 1000, 2)
        return Timings(**steps)
