"""Which of its settings suits each peer, and whether threads or processes suit the ideal loop."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from benchmarks.serving.bench import Bench
from benchmarks.serving.contenders import PEERS, ours, same_verdicts
from benchmarks.serving.measure import Row, bare
from benchmarks.serving.pictures import MIX, load

SECONDS = 4.0


def measure(bench: Bench) -> Iterator[Row]:
    """Every setting once. Raises `RuntimeError` if a peer's verdicts are not ours."""
    pictures = [files[0] for files in load(Path(bench.pictures)).values()]
    for way in ("threads", "processes"):
        yield bare(way, bench.pictures, MIX, bench.seconds(SECONDS), 0)
    with ours().running() as service:
        for peer in chain.from_iterable(PEERS.values()):
            with peer.running() as server:
                if not same_verdicts(service, server, pictures):
                    raise RuntimeError(f"{peer.name} ({peer.setting}) decides otherwise than we do")
                yield bench.closed(server, peer, 0, SECONDS, MIX)
