"""Goodput: what is answered in time when more comes than can be done."""

from collections.abc import Iterator

from benchmarks.serving.bench import Bench, asleep, best_peers
from benchmarks.serving.contenders import ours
from benchmarks.serving.measure import Row
from benchmarks.serving.pictures import MIX

SECONDS = 6.0
TIMES = (1, 2, 5)  # of the contender's own capacity, measured a moment before


def measure(bench: Bench) -> Iterator[Row]:
    """Capacity, then open load at each multiple of it; the peers in the first round only."""
    with asleep([ours(), *best_peers()]) as servers:
        for turn in bench.turns():
            for contender, server in servers if turn == 0 else servers[:1]:
                with server.awake():
                    capacity = bench.closed(server, contender, turn, SECONDS, MIX)
                    yield capacity
                    for times in TIMES:
                        rate = times * max(capacity.per_second, 1.0)
                        yield bench.open(server, contender, turn, SECONDS, rate, f"{times}x")
