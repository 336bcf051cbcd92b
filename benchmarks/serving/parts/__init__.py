"""What is measured, a part a file; each yields rows. `PARTS` is the order of a whole run."""

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.serving.bench import Bench
from benchmarks.serving.measure import Row
from benchmarks.serving.parts import (
    cache,
    inference,
    latency,
    memory,
    overload,
    priority,
    start,
    throughput,
    tune,
)

Part = Callable[[Bench], Iterator[Row | dict[str, Any]]]

PARTS: dict[str, Part] = {
    "tune": tune.measure,
    "start": start.measure,
    "throughput": throughput.measure,
    "latency": latency.measure,
    "overload": overload.measure,
    "priority": priority.measure,
    "cache": cache.measure,
    "inference": inference.measure,
    "memory": memory.measure,
}
