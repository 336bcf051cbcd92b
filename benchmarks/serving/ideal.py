"""The ideal: decode, views and session in a bare loop; no HTTP, no queue, no event loop.

python -m benchmarks.serving.ideal threads|processes|alone|open PICTURES KIND SECONDS [RATE]

`threads` and `processes`: one for each core, with a session of one thread each. `alone`: one
picture after another, each with all cores, as `realeyez check` does. `open`: threads, for pictures
that come by chance, `RATE` a second, as the load generator would send them. Prints JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import queue
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from benchmarks.serving.apps.recipe import CORES, Recipe
from benchmarks.serving.load import arrivals
from benchmarks.serving.pictures import endless, load

from realeyez.models import load_model
from realeyez.pipeline import check
from realeyez.pipeline.classifier import Classifier

MIB = 2**20


def loop(recipe: Recipe, folder: str, kind: str, end: float) -> list[float]:
    """Seconds of each picture until `end`, by the monotonic clock."""
    pictures = endless(load(Path(folder)), kind)
    took = []
    while (started := time.monotonic()) < end:
        recipe.check(next(pictures))
        took.append(time.monotonic() - started)
    return took


def in_threads(folder: str, kind: str, seconds: float) -> tuple[list[float], float, float]:
    """Seconds of each picture, CPU seconds in all, memory in MiB."""
    recipes = [Recipe() for _ in range(CORES)]
    cpu = time.process_time()
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CORES) as threads:
        loops = [threads.submit(loop, recipe, folder, kind, end) for recipe in recipes]
        took = [second for each in loops for second in each.result()]
    return took, time.process_time() - cpu, _memory()


def in_processes(folder: str, kind: str, seconds: float) -> tuple[list[float], float, float]:
    """As `in_threads`."""
    spawn = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(CORES):
        here, there = spawn.Pipe()
        process = spawn.Process(target=_worker, args=(there, folder, kind))
        process.start()
        pipes.append(here)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()  # warm
    end = time.monotonic() + seconds
    for pipe in pipes:
        pipe.send(end)
    results = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    took = [second for result in results for second in result[0]]
    return took, sum(result[1] for result in results), sum(result[2] for result in results)


def alone(folder: str, kind: str, seconds: float) -> tuple[list[float], float, float]:
    """As `in_threads`, with one picture at a time."""
    classifier = Classifier(load_model("bundled"), provider="cpu")
    classifier.warm_up()
    pictures = endless(load(Path(folder)), kind)
    cpu = time.process_time()
    end = time.monotonic() + seconds
    took = []
    while (started := time.monotonic()) < end:
        check(next(pictures), classifier)
        took.append(time.monotonic() - started)
    return took, time.process_time() - cpu, _memory()


def in_turn(
    folder: str, kind: str, seconds: float, rate: float
) -> tuple[list[float], float, float]:
    """As `in_threads`, of pictures that come at `rate` a second: seconds since each came."""
    recipes = [Recipe() for _ in range(CORES)]
    line: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def serve(recipe: Recipe) -> list[float]:
        took = []
        while (came := line.get())[1]:
            recipe.check(came[1])
            took.append(time.perf_counter() - came[0])
        return took

    pictures = endless(load(Path(folder)), kind)
    cpu = time.process_time()
    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as threads:
        turns = [threads.submit(serve, recipe) for recipe in recipes]
        for at in arrivals(rate, start, start + seconds):
            time.sleep(max(0.0, at - time.perf_counter()))
            line.put((at, next(pictures)))
        for _ in turns:
            line.put((0.0, b""))
        took = [second for turn in turns for second in turn.result()]
    return took, time.process_time() - cpu, _memory()


def _worker(pipe: Connection, folder: str, kind: str) -> None:
    recipe = Recipe()
    pipe.send("warm")
    end = pipe.recv()
    cpu = time.process_time()
    took = loop(recipe, folder, kind, end)
    pipe.send((took, time.process_time() - cpu, _memory()))


def _memory() -> float:
    return float(psutil.Process().memory_full_info().pss) / MIB


WAYS: dict[str, Callable[..., tuple[list[float], float, float]]] = {
    "threads": in_threads,
    "processes": in_processes,
    "alone": alone,
    "open": in_turn,
}

if __name__ == "__main__":
    way, pictures, wanted, *figures = sys.argv[1:]
    seconds_each, cpu_seconds, memory = WAYS[way](pictures, wanted, *map(float, figures))
    json.dump({"took": seconds_each, "cpu_s": cpu_seconds, "memory_mib": memory}, sys.stdout)
