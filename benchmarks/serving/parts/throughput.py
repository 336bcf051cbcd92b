"""Pictures a second with always enough to do: the service, its peers, and the ideal loop."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving.bench import Bench, asleep, best_peers, best_way
from benchmarks.serving.contenders import ours
from benchmarks.serving.measure import Row, bare
from benchmarks.serving.pictures import MIX, load

SECONDS = 5.0


def measure(bench: Bench) -> Iterator[Row]:
    """Each kind of picture by itself, and all in turn."""
    way = best_way()
    with asleep([ours(), *best_peers()]) as servers:
        for turn in bench.turns():
            for kind in (MIX, *load(Path(bench.pictures))):
                yield bare(way, bench.pictures, kind, bench.seconds(SECONDS), turn)
                for contender, server in servers:
                    with server.awake():
                        yield bench.closed(server, contender, turn, SECONDS, kind)
