"""The last hour, minute by minute, in a little memory: what the status page shows."""

import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from realeyez.pipeline.types import Priority, VerdictName

Outcome = Literal["answered", "rejected", "failed"]

MINUTES = 60
# Seconds up to which answers are counted, from 2 ms to a minute: quantiles are a fifth too high at
# most, and never too low.
_BOUNDS = tuple(0.002 * 1.2**step for step in range(57))


@dataclass(slots=True)
class Minute:
    """What came in a minute. `number` counts minutes; only differences mean anything."""

    number: int
    outcomes: Counter[tuple[Priority, Outcome]] = field(default_factory=Counter)
    verdicts: Counter[VerdictName] = field(default_factory=Counter)
    _times: Counter[tuple[Priority, int]] = field(default_factory=Counter)

    def add(
        self,
        priority: Priority,
        outcome: Outcome,
        seconds: float | None = None,
        verdict: VerdictName | None = None,
    ) -> None:
        """Count a picture; one that was answered has a time and a verdict."""
        self.outcomes[priority, outcome] += 1
        if seconds is not None:
            self._times[priority, bisect_left(_BOUNDS, seconds)] += 1
        if verdict is not None:
            self.verdicts[verdict] += 1

    def merged(self, other: "Minute") -> "Minute":
        """Both together."""
        return Minute(
            self.number,
            self.outcomes + other.outcomes,
            self.verdicts + other.verdicts,
            self._times + other._times,
        )

    def quantile(self, share: float, priority: Priority) -> float | None:
        """Seconds within which that share of the answers came; None where there were none."""
        counts = [self._times[priority, place] for place in range(len(_BOUNDS) + 1)]
        total = sum(counts)
        if not total:
            return None
        sums = list(accumulate(counts))
        return _BOUNDS[min(bisect_left(sums, share * total), len(_BOUNDS) - 1)]


class Recent:
    """Counts of the last hour. Not for threads: the event loop's alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minutes: deque[Minute] = deque(maxlen=MINUTES)

    def add(
        self,
        priority: Priority,
        outcome: Outcome,
        seconds: float | None = None,
        verdict: VerdictName | None = None,
    ) -> None:
        """Count a picture in the current minute."""
        now = self._now()
        if not self._minutes or self._minutes[-1].number != now:
            self._minutes.append(Minute(now))
        self._minutes[-1].add(priority, outcome, seconds, verdict)

    def minutes(self) -> Sequence[Minute]:
        """The last 60, oldest first, the current one last; empty ones too."""
        now = self._now()
        kept = {minute.number: minute for minute in self._minutes}
        return [kept.get(number, Minute(number)) for number in range(now - MINUTES + 1, now + 1)]

    def hour(self) -> Minute:
        """All of them together."""
        whole = Minute(self._now())
        for minute in self.minutes():
            whole = whole.merged(minute)
        return whole

    def _now(self) -> int:
        return int(self._clock() // 60)
