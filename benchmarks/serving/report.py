"""The aims, and how far they are reached: python -m benchmarks.serving.report

Reads the parts' CSVs and prints a table; each ratio is the median of its rounds' ratios. Writes
`serving.csv`, the table, and `serving.png`, a plot.
"""

from __future__ import annotations

import csv
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from benchmarks.serving.bench import RESULTS, read
from benchmarks.serving.pictures import MIX
from rich.console import Console
from rich.table import Table

OURS = "realeyez"
NO_PEERS = (OURS, "ideal")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Aim:
    """A figure that is to be at least, or at most, so much; `of` gives it for each round."""

    figure: str
    part: str
    sign: str  # ≥ or ≤
    aim: float
    of: Callable[[Rows], Iterator[float]]

    def reached(self) -> float | None:
        """The median of the rounds; None if the part was not measured."""
        rounds = list(self.of(read(self.part)))
        return median(rounds) if rounds else None

    def met(self, value: float) -> bool:
        compare = operator.ge if self.sign == "≥" else operator.le
        return bool(compare(value, self.aim))


def _rounds(rows: Rows) -> Iterator[Rows]:
    """The rows of each round."""
    for _, group in groupby(sorted(rows, key=_round), key=_round):
        yield list(group)


def _round(row: dict[str, str]) -> int:
    return int(row["round"])


def _values(rows: Rows, figure: str, **wanted: str) -> dict[str, float]:
    """Contender → figure, of the rows that have all that is wanted."""
    return {
        row["contender"]: float(row[figure])
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
    }


def _peers(values: dict[str, float]) -> list[float]:
    return [value for name, value in values.items() if name not in NO_PEERS]


def _to_ideal(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        values = _values(each, "per_second", kind=MIX)
        yield values[OURS] / values["ideal"]


def _to_best_peer(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        values = _values(each, "per_second", kind=MIX)
        yield values[OURS] / max(_peers(values))


def _p99_to_best_peer(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        values = _values(each, "p99_ms", load="open-same")
        yield values[OURS] / min(_peers(values))


def _unloaded(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        served = _values(each, "p50_ms", load="closed-1")[OURS]
        yield served / _values(each, "p50_ms", load="alone")["ideal"]


def _goodput(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        peak = max(float(row["good_per_second"]) for row in each if row["contender"] == OURS)
        yield _values(each, "good_per_second", load="open-5x")[OURS] / peak


def _under_feed(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        loaded = _values(each, "p99_ms", load="closed-1+feed-5x")[OURS]
        yield loaded / _values(each, "p99_ms", load="closed-1")[OURS]


def _to_hello(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        for kind in {row["kind"] for row in each}:
            values = _values(each, "per_second", kind=kind)
            yield values[OURS] / values["aiohttp-hello"]


def _growth(rows: Rows) -> Iterator[float]:
    if rows:
        yield float(rows[-1]["rss_mib"]) / float(rows[0]["rss_mib"])


def _seconds_to_ready(rows: Rows) -> Iterator[float]:
    yield from (float(row["seconds_to_ready"]) for row in rows)


def _to_fastest_runtime(rows: Rows) -> Iterator[float]:
    for each in _rounds(rows):
        rates = {row["runtime"]: float(row["views_per_second"]) for row in each}
        # bf16 is other arithmetic, not the same weights' answers.
        others = [rate for name, rate in rates.items() if name not in ("lanes", "openvino-bf16")]
        yield rates["lanes"] / max(others)


AIMS = [
    Aim("throughput ÷ ideal loop", "throughput", "≥", 0.92, _to_ideal),
    Aim("throughput ÷ best peer", "throughput", "≥", 1.3, _to_best_peer),
    Aim("p99 ÷ best peer, same load", "latency", "≤", 0.8, _p99_to_best_peer),
    Aim("unloaded p50 ÷ bare pipeline", "latency", "≤", 1.15, _unloaded),
    Aim("goodput at 5× ÷ peak", "overload", "≥", 0.95, _goodput),
    Aim("interactive p99 under feed overload ÷ unloaded", "priority", "≤", 3.0, _under_feed),
    Aim("cache hits a second ÷ aiohttp hello", "cache", "≥", 0.5, _to_hello),
    Aim("RSS after 50,000 requests ÷ after 1,000", "memory", "≤", 1.05, _growth),
    Aim("start to ready, s", "start", "≤", 1.5, _seconds_to_ready),
    Aim("inference ÷ fastest runtime", "inference", "≥", 1.0, _to_fastest_runtime),
]


def report() -> None:
    """Print the aims, write them as CSV, and plot what was measured."""
    table = Table("figure", "aim", "reached", "met")
    with (RESULTS / "serving.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("figure", "aim", "reached", "met"))
        for aim in AIMS:
            if (value := aim.reached()) is None:
                continue
            met = "yes" if aim.met(value) else "no"
            row = (aim.figure, f"{aim.sign} {aim.aim}", f"{value:.3g}", met)
            rows.writerow(row)
            table.add_row(*row)
    Console().print(table)
    from benchmarks.serving.plot import plot  # matplotlib: only once all is measured

    plot(RESULTS / "serving.png")


if __name__ == "__main__":
    report()
