"""Which of the machine's cores are ours to use."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Of a container (cgroup v2): microseconds of CPU and of the period that they are for, or `max`."""


def usable() -> int:
    """How many may be at work at a time: those that this process may run on, or fewer, if its
    container has less time."""
    return min(len(_allowed()), _quota())


def places(threads: int) -> tuple[int, ...]:
    """A core for each of the threads that share a run, if they take all cores that there are.

    Else none: only the system knows which of them are free.
    """
    allowed = _allowed()
    return allowed if sys.platform == "linux" and 1 < threads == len(allowed) else ()


@contextlib.contextmanager
def staying_on(core: int) -> Iterator[None]:
    """The calling thread runs there, for as long as the context lasts."""
    before = os.sched_getaffinity(0)
    with contextlib.suppress(OSError):  # taken from us meanwhile
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)


def _allowed() -> tuple[int, ...]:
    if sys.platform == "linux":
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def _quota() -> int:
    try:
        quota, period = _QUOTA.read_text().split()
        return max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # another system, or no limit
        return sys.maxsize
