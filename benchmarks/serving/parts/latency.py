"""How long an answer takes: at the same load for all, and for a caller who is alone."""

from collections.abc import Iterator

from benchmarks.serving.bench import Bench, asleep, best_peers, fastest, read
from benchmarks.serving.contenders import ours
from benchmarks.serving.measure import Row, bare
from benchmarks.serving.pictures import MIX

SECONDS = 25.0  # a 99th percentile of 500 answers is one burst of arrivals
ALONE_S = 6.0
LOAD = 0.7  # of what the best peer can do: all can bear it


def measure(bench: Bench) -> Iterator[Row]:
    """Open load, with servers and without; then one caller, and then none but the loop."""
    peers = best_peers()
    tuned = read("tune")
    rate = LOAD * max(fastest(tuned, peer.name, peer.setting) for peer in peers)
    if not rate:
        raise RuntimeError("Nobody's capacity is known. Measure the part tune first.")
    with asleep([ours(), *peers]) as servers:
        for turn in bench.turns():
            for contender, server in servers:
                with server.awake():
                    yield bench.open(server, contender, turn, SECONDS, rate, "same")
            seconds = bench.seconds(SECONDS)
            yield bare("open", bench.pictures, MIX, seconds, turn, rate)
            service, server = servers[0]
            with server.awake():
                yield bench.one(server, service, turn, ALONE_S)
            yield bare("alone", bench.pictures, MIX, bench.seconds(ALONE_S), turn)
