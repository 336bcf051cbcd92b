"""The same picture again and again, beside aiohttp that only reads it and answers as much."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving.bench import CONNECTIONS, Bench, asleep
from benchmarks.serving.contenders import answer, hello, ours
from benchmarks.serving.load import Stream
from benchmarks.serving.measure import Label, Row, under_load
from benchmarks.serving.pictures import load

SECONDS = 4.0


def measure(bench: Bench) -> Iterator[Row]:
    """Every kind of picture by itself: what is read grows with its bytes."""
    kinds = load(Path(bench.pictures))
    service = ours()
    with service.running() as server:
        body = answer(server, next(iter(kinds.values()))[0])
    with asleep([hello(body), service]) as servers:
        for turn in bench.turns():
            for kind in kinds:
                stream = Stream(kind=kind, connections=CONNECTIONS, distinct=False)
                for contender, server in servers:
                    label = Label(turn, contender.name, "", kind, "repeated")
                    with server.awake():
                        seconds = bench.seconds(SECONDS)
                        yield under_load(server, bench.pictures, [stream], seconds, label)
