"""Pictures a second with always enough to do: the service, its peers, and the ideal loop."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving.bench import Bench, asleep, best_peers, best_way
from benchmarks.serving.contenders import ours
from benchmarks.serving.measure import Row, bare
from benchmarks.serving.pictures import MIX, load

SECONDS = 5.0


def measure(bench: Bench) -> Iterator[Row]:
    """All kinds of pictures in turn; in the first round each by itself too."""
    way = best_way()
    kinds = load(Path(bench.pictures))
    with asleep([ours(), *best_peers()]) as servers:
        for turn in bench.turns():
            for kind in (MIX, *(kinds if turn == 0 else ())):
                yield bare(way, bench.pictures, kind, bench.seconds(SECONDS), turn)
                for contender, server in servers:
                    with server.awake():
                        yield bench.closed(server, contender, turn, SECONDS, kind)
