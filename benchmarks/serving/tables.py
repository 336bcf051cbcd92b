"""The tables and the plot of docs/performance.md: python -m benchmarks.serving.tables [--print]

Made from the CSVs in `benchmarks/results/`, and written between the page's markers; a table whose
rows were not measured stays as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from benchmarks.serving.bench import read
from benchmarks.serving.pictures import MIX
from benchmarks.serving.process import ROOT
from benchmarks.serving.report import AIMS

PAGE = ROOT / "docs" / "performance.md"
NAMES = {
    "realeyez": "realeyez",
    "litserve": "LitServe",
    "bentoml": "BentoML",
    "mosec": "mosec",
    "ideal": "ideal",
}

Rows = list[dict[str, str]]


def aims() -> str:
    """Each aim, and how far it is reached; and the plot."""
    lines = []
    for aim in AIMS:
        value = aim.reached()
        if value is not None:
            met = "yes" if aim.met(value) else "**no**"
            lines.append((aim.figure, f"{aim.sign} {aim.aim:g}", f"{value:.3g}", met))
    plot = "\n![Throughput, latency, goodput and memory](../benchmarks/results/serving.png)\n"
    return (table := _table(("figure", "aim", "reached", "met"), lines)) and table + plot


def peers() -> str:
    """Throughput, latency at the same load, CPU and memory."""
    busy = [row for row in read("throughput") if row["kind"] == MIX]
    same = [row for row in read("latency") if row["load"] == "open-same"]
    lines = []
    for who, name in NAMES.items():
        here, there = _of(busy, contender=who), _of(same, contender=who)
        if here:
            latency = [_median(there, f"p{percent}_ms", 0) for percent in (50, 95, 99)]
            lines.append(
                (
                    name,
                    here[0]["setting"],
                    _median(here, "per_second", 1),
                    ", ".join(latency) if there else "",
                    _median(here, "cpu_ms", 1),
                    _median(here, "memory_mib", 0),
                )
            )
    latency_head = "p50, p95, p99 at the same load, ms"
    return _table(
        ("", "setting", "pictures/s", latency_head, "CPU ms a picture", "memory, MiB"), lines
    )


def kinds() -> str:
    """Throughput by kind of picture."""
    rows = read("throughput")
    found = list(dict.fromkeys(row["kind"] for row in rows))
    lines = [
        (name, *(_median(_of(rows, contender=who, kind=kind), "per_second", 1) for kind in found))
        for who, name in NAMES.items()
        if _of(rows, contender=who)
    ]
    return _table(("pictures/s", *found), lines)


def goodput() -> str:
    """Answers in time, by load."""
    rows = read("overload")
    loads = list(dict.fromkeys(row["load"] for row in rows))
    lines = [
        (
            name,
            *(_median(_of(rows, contender=who, load=load), "good_per_second", 1) for load in loads),
        )
        for who, name in NAMES.items()
        if _of(rows, contender=who)
    ]
    heads = [load.replace("open-", "").replace("x", "×") for load in loads]
    return _table(("", *heads), lines)


def floor() -> str:
    """Milliseconds of each step, and its floor's."""
    rows = read("floor")
    found = list(dict.fromkeys(row["kind"] for row in rows))
    lines = []
    for step in dict.fromkeys(row["step"] for row in rows):
        each = [_of(rows, kind=kind, step=step)[0] for kind in found]
        took = [f"{float(row['ms']):.2f}" for row in each]
        floors = [f"{float(row['floor_ms']):.2f}" for row in each if row["floor_ms"]]
        lines.append((step, *took, ", ".join(floors)))
    return _table(("ms", *found, "floor"), lines)


def scaled() -> str:
    """What scaled decoding changes, and saves."""
    lines = [
        (
            row["pictures"],
            f"{float(row['margin']):g}",
            row["count"],
            row["largest_change"],
            row["over_limit"],
            row["full_ms"],
            row["scaled_ms"],
        )
        for row in read("scaled")
    ]
    heads = ("margin", "count", "largest change", "over 1e-3", "whole, ms", "scaled, ms")
    return _table(("pictures", *heads), lines)


def decoders() -> str:
    """Threads or processes."""
    rows = read("decoders")
    lines = [
        (
            way,
            _median(each, "prepared_per_second", 1),
            _median(each, "decided_per_second", 1),
            _median(each, "alone_ms", 1),
            _median(each, "extra_memory_mib", 0),
        )
        for way in dict.fromkeys(row["decoders"] for row in rows)
        for each in [_of(rows, decoders=way)]
    ]
    heads = ("decoded/s", "decided/s", "one alone, ms", "more memory, MiB")
    return _table(("decoders", *heads), lines)


def runtimes() -> str:
    """Ways to run the same weights."""
    rows = read("inference")
    lines = [
        (
            runtime,
            _median(each, "views_per_second", 1),
            _median(each, "cpu_ms_a_view", 1),
            each[0]["logit_difference"],
        )
        for runtime in dict.fromkeys(row["runtime"] for row in rows)
        for each in [_of(rows, runtime=runtime)]
    ]
    return _table(("runtime", "views/s", "CPU ms a view", "logits differ by"), lines)


TABLES: dict[str, Callable[[], str]] = {
    table.__name__: table
    for table in (aims, peers, kinds, goodput, floor, scaled, decoders, runtimes)
}


def filled(page: str) -> str:
    """The page with each table that was measured."""
    for name, table in TABLES.items():
        if text := table():
            begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
            before, found, rest = page.partition(begin)
            if not found:
                raise SystemExit(f"{PAGE.name} has no place for the table {name}.")
            page = before + begin + text + rest[rest.index(end) :]
    return page


def _of(rows: Rows, **wanted: str) -> Rows:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _median(rows: Rows, figure: str, digits: int) -> str:
    return f"{median(float(row[figure]) for row in rows):.{digits}f}" if rows else ""


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """In Markdown; nothing where there are no lines."""
    lines = list(lines)
    if not lines:
        return ""
    rows = [head, ["---"] * len(head), *lines]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def main() -> None:
    """Write the tables into the page, or print them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--print", action="store_true", help="do not touch the page")
    if parser.parse_args().print:
        print("\n".join(f"{name}\n\n{table()}" for name, table in TABLES.items()))
    else:
        PAGE.write_text(filled(PAGE.read_text()))


if __name__ == "__main__":
    main()
