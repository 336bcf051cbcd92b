"""A load and what came of it, as a row of figures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from benchmarks.serving.load import Plan, Stream
from benchmarks.serving.process import ROOT, Server, environment

DEADLINE_S = 2.0  # what a person waits; later answers count as none
BUSY_GENERATOR = 0.9  # of a core: beyond it the generator is what is measured


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measurement. Latencies are of answers with status 200."""

    round: int
    contender: str
    setting: str
    kind: str
    load: str  # closed-8: connections; open-2x: of capacity; alone: no server at all
    per_second: float
    good_per_second: float  # answered within the deadline
    p50_ms: float
    p95_ms: float
    p99_ms: float
    answered: int
    refused: int  # and failed
    cpu_ms: float  # a picture
    memory_mib: float
    generator_cpu: float  # cores that the load generator took


@dataclass(frozen=True)
class Label:
    """Which measurement a row is."""

    round: int
    contender: str
    setting: str
    kind: str
    load: str


def under_load(
    server: Server, pictures: str, streams: Sequence[Stream], seconds: float, label: Label
) -> Row:
    """Put a load on a server; the row is of the first stream."""
    cpu = server.cpu_seconds()
    plan = Plan(server.url, pictures, list(streams), seconds)
    report = send(plan)
    cpu = server.cpu_seconds() - cpu
    generator = report["cpu_s"] / (plan.seconds + plan.warm_up)
    if generator > BUSY_GENERATOR:
        print(f"  the load generator took {generator:.2f} cores: it may be what was measured")
    every_answer = sum(stream["status"].count(200) for stream in report["streams"])
    first = report["streams"][0]
    sent, done_at = np.array(first["sent"]), np.array(first["done"])
    ok = np.array(first["status"]) == 200
    # Closed: what was answered meanwhile. Open: what was meant to be sent meanwhile.
    counted = done_at if streams[0].connections else sent
    measured = (counted >= 0) & (counted < seconds)
    took = (done_at - sent)[measured & ok]
    return _row(
        label,
        took,
        seconds,
        refused=int((measured & ~ok).sum()),
        cpu_ms=1000 * cpu / max(every_answer, 1),
        memory=server.memory_mib(),
        generator=generator,
    )


def send(plan: Plan) -> dict[str, Any]:
    """The load generator's report: its `cpu_s`, and the `streams`, each an `Answered`."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving.load"],
        input=json.dumps(asdict(plan)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def bare(
    way: str, pictures: str, kind: str, seconds: float, round_: int, rate: float | None = None
) -> Row:
    """The ideal loop for so many seconds. rate: pictures come by chance, so many a second."""
    figures = [str(seconds)] if rate is None else [str(seconds), str(rate)]
    command = [sys.executable, "-m", "benchmarks.serving.ideal", way, pictures, kind, *figures]
    done = subprocess.run(  # noqa: S603  ourselves
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(), check=True
    )
    report = json.loads(done.stdout)
    took = np.array(report["took"])
    return _row(
        Label(round_, "ideal", way, kind, "alone" if rate is None else "open-same"),
        took,
        seconds,
        refused=0,
        cpu_ms=1000 * report["cpu_s"] / max(len(took), 1),
        memory=report["memory_mib"],
        generator=0.0,
    )


def _row(
    label: Label,
    took: np.ndarray[tuple[int], np.dtype[np.float64]],
    seconds: float,
    *,
    refused: int,
    cpu_ms: float,
    memory: float,
    generator: float,
) -> Row:
    p50, p95, p99 = np.percentile(took, (50, 95, 99)) * 1000 if len(took) else (np.nan,) * 3
    return Row(
        **asdict(label),
        per_second=round(len(took) / seconds, 2),
        good_per_second=round(float((took <= DEADLINE_S).sum()) / seconds, 2),
        p50_ms=round(float(p50), 2),
        p95_ms=round(float(p95), 2),
        p99_ms=round(float(p99), 2),
        answered=len(took),
        refused=refused,
        cpu_ms=round(cpu_ms, 2),
        memory_mib=round(memory, 1),
        generator_cpu=round(generator, 2),
    )
