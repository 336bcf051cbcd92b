"""What every part of the benchmark needs, and where its rows are kept."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.serving.apps.recipe import CORES
from benchmarks.serving.contenders import PEERS, Contender
from benchmarks.serving.load import Stream
from benchmarks.serving.measure import Label, Row, under_load
from benchmarks.serving.pictures import MIX
from benchmarks.serving.process import ROOT, Server

RESULTS = Path(os.environ.get("BENCH_RESULTS", ROOT / "benchmarks" / "results"))
CONNECTIONS = 4 * CORES  # enough that a server is never without work


@dataclass(frozen=True)
class Bench:
    """How long and how often. quick: only to see that all works; such figures say nothing."""

    pictures: str
    rounds: int = 3
    quick: bool = False

    def turns(self) -> range:
        """Rounds: in each, one contender after another, so that the machine's noise hits all."""
        return range(1 if self.quick else self.rounds)

    def seconds(self, wanted: float) -> float:
        """How long to measure."""
        return min(wanted, 2.0) if self.quick else wanted

    def closed(self, server: Server, who: Contender, turn: int, seconds: float, kind: str) -> Row:
        """As fast as the server answers `CONNECTIONS` callers."""
        label = Label(turn, who.name, who.setting, kind, f"closed-{CONNECTIONS}")
        stream = Stream(kind=kind, connections=CONNECTIONS)
        return under_load(server, self.pictures, [stream], self.seconds(seconds), label)

    def one(self, server: Server, who: Contender, turn: int, seconds: float) -> Row:
        """One caller, who asks again once answered."""
        label = Label(turn, who.name, who.setting, MIX, "closed-1")
        stream = Stream(connections=1)
        return under_load(server, self.pictures, [stream], self.seconds(seconds), label)

    def open(
        self, server: Server, who: Contender, turn: int, seconds: float, rate: float, name: str
    ) -> Row:
        """Callers who come by chance, `rate` a second."""
        label = Label(turn, who.name, who.setting, MIX, f"open-{name}")
        stream = Stream(rate=rate)
        return under_load(server, self.pictures, [stream], self.seconds(seconds), label)


@contextmanager
def asleep(contenders: Iterable[Contender]) -> Iterator[list[tuple[Contender, Server]]]:
    """All servers, started and warm, and each asleep but in `Server.awake`."""
    with ExitStack() as stack:
        servers = []
        for contender in contenders:
            server = stack.enter_context(contender.running())
            with server.awake():
                pass
            servers.append((contender, server))
        yield servers


def best_peers() -> list[Contender]:
    """Each peer in the setting that was fastest in the part `tune`."""
    tuned = read("tune")
    return [
        max(peers, key=lambda peer: fastest(tuned, peer.name, peer.setting))
        for peers in PEERS.values()
    ]


def best_way() -> str:
    """The ideal loop's faster way: threads or processes."""
    tuned = read("tune")
    return max(("threads", "processes"), key=lambda way: fastest(tuned, "ideal", way))


def fastest(rows: list[dict[str, str]], contender: str, setting: str) -> float:
    """The most pictures a second of a contender in one setting; 0 if it was not measured."""
    return max(
        (
            float(row["per_second"])
            for row in rows
            if (row["contender"], row["setting"]) == (contender, setting)
        ),
        default=0.0,
    )


def path(part: str) -> Path:
    """Where a part's rows are."""
    return RESULTS / f"serving_{part}.csv"


def write(part: str, rows: Iterable[Row | dict[str, Any]]) -> None:
    """Show a part's rows as they come, and keep them once all are there."""
    RESULTS.mkdir(exist_ok=True)
    unfinished = path(part).with_suffix(".part")
    with unfinished.open("w", newline="") as file:
        writer = None
        for row in rows:
            figures = asdict(row) if isinstance(row, Row) else row
            if writer is None:
                writer = csv.DictWriter(file, list(figures), lineterminator="\n")
                writer.writeheader()
            writer.writerow(figures)
            file.flush()
            print(f"  {part}  " + "  ".join(str(value) for value in figures.values()), flush=True)
    unfinished.replace(path(part))


def read(part: str) -> list[dict[str, str]]:
    """A part's rows; none if it was not measured."""
    if not path(part).exists():
        return []
    with path(part).open(newline="") as file:
        return list(csv.DictReader(file))
