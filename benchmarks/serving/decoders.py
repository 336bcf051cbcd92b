"""Decode in threads, or in subprocesses whose memory is limited?

    python -m benchmarks.serving.decoders

Both prepare pictures, bytes → views, with a worker a core, and hand them to lanes of the model in
this process, as the engine does. Measured with always enough to do and one at a time, in turns.
Writes `benchmarks/results/serving_decoders.csv`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from benchmarks.serving.apps.recipe import CORES
from benchmarks.serving.bench import write
from benchmarks.serving.pictures import MIX, draw, endless, load

from realeyez.models import load_model
from realeyez.pipeline import Prepared, prepare
from realeyez.pipeline.classifier import Classifier

MIB = 2**20
ADDRESS_SPACE = 2048 * MIB  # of a decoding process; the largest picture allowed takes about half
MANIFEST = load_model("bundled").manifest
CALLERS = 4 * CORES
WARM_UP = 2 * CORES  # pictures


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def _prepare(data: bytes) -> Prepared:
    return prepare(data, MANIFEST)


def _threads() -> Executor:
    return ThreadPoolExecutor(CORES)


def _processes() -> Executor:
    return ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn"), initializer=_limit)


DECODERS = {"threads": _threads, "processes": _processes}


class Measured:
    """A decoder pool before lanes of the model."""

    def __init__(self, decoders: Executor, classifier: Classifier, bodies: Iterator[bytes]) -> None:
        self._decoders = decoders
        self._classifier = classifier
        self._bodies = bodies
        self._turn = threading.Lock()
        self._lanes = ThreadPoolExecutor(classifier.lanes)
        for _ in range(WARM_UP):
            self.one()

    def one(self, *, decide: bool = True) -> float:
        """Seconds that a picture took."""
        started = time.perf_counter()
        with self._turn:
            body = next(self._bodies)
        prepared = self._decoders.submit(_prepare, body).result()
        if decide:
            views = prepared.views.pixels
            self._lanes.submit(self._classifier.predict, views).result()
        return time.perf_counter() - started

    def alone(self, seconds: float) -> float:
        """Median milliseconds of one picture after another."""
        end = time.perf_counter() + seconds
        took = []
        while time.perf_counter() < end:
            took.append(self.one())
        return 1000 * median(took)

    def crowded(self, seconds: float, *, decide: bool) -> float:
        """Pictures a second with `CALLERS` at a time."""
        end = time.perf_counter() + seconds

        def caller(_: int) -> int:
            count = 0
            while time.perf_counter() < end:
                self.one(decide=decide)
                count += 1
            return count

        with ThreadPoolExecutor(CALLERS) as callers:
            started = time.perf_counter()
            count = sum(callers.map(caller, range(CALLERS)))
        return count / (time.perf_counter() - started)


def measure(rounds: int, seconds: float) -> Iterator[dict[str, Any]]:
    """A row a round and a way to decode."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        draw(Path(folder))
        kinds = load(Path(folder))
        classifier = Classifier(load_model("bundled"), provider="cpu", lanes=True)
        ways = {
            name: Measured(stack.enter_context(make()), classifier, endless(kinds, MIX))
            for name, make in DECODERS.items()
        }
        here = psutil.Process()
        children = here.children(recursive=True)
        for turn in range(rounds):
            for name, measured in ways.items():
                yield {
                    "round": turn,
                    "decoders": name,
                    "prepared_per_second": round(measured.crowded(seconds, decide=False), 2),
                    "decided_per_second": round(measured.crowded(seconds, decide=True), 2),
                    "alone_ms": round(measured.alone(seconds), 2),
                    "extra_memory_mib": round(_memory(children), 1) if name == "processes" else 0,
                }


def _memory(processes: list[psutil.Process]) -> float:
    return float(sum(process.memory_full_info().pss for process in processes)) / MIB


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    write("decoders", measure(options.rounds, options.seconds))
