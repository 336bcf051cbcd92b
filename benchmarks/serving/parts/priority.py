"""What somebody who waits notices of a feed that asks for five times what can be done."""

from collections.abc import Iterator

from benchmarks.serving.bench import Bench
from benchmarks.serving.contenders import ours
from benchmarks.serving.load import Stream
from benchmarks.serving.measure import Label, Row, under_load
from benchmarks.serving.pictures import MIX

SECONDS = 8.0
TIMES = 5


def measure(bench: Bench) -> Iterator[Row]:
    """One interactive caller: alone, and under the feed's overload."""
    service = ours()
    with service.running() as server:
        for turn in bench.turns():
            rate = TIMES * max(bench.closed(server, service, turn, 3.0, MIX).per_second, 1.0)
            yield bench.one(server, service, turn, SECONDS)
            streams = [Stream(connections=1), Stream(rate=rate, query="?priority=feed")]
            label = Label(turn, service.name, service.setting, MIX, f"closed-1+feed-{TIMES}x")
            yield under_load(server, bench.pictures, streams, bench.seconds(SECONDS), label)
