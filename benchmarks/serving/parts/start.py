"""From the command to an answer of `/health/ready`."""

from collections.abc import Iterator
from typing import Any

from benchmarks.serving.bench import Bench
from benchmarks.serving.contenders import ours

TIMES = 5


def measure(bench: Bench) -> Iterator[dict[str, Any]]:
    """The service, started several times; files are in the page cache from the second on."""
    for turn in range(TIMES):
        with ours().running() as server:
            yield {"round": turn, "seconds_to_ready": round(server.seconds_to_ready, 3)}
