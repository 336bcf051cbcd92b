"""Where a picture's time goes, beside the least that it could take.

    python -m benchmarks.serving.floor

The model's floor is its multiplications by this core's rate of multiplying matrices; decoding's is
what the JPEG or PNG decoder takes with nothing around it; HTTP's is aiohttp that only reads the
picture. One picture at a time. Writes `benchmarks/results/serving_floor.csv`.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy: one core's rate is wanted

import numpy as np
from benchmarks.serving.apps.recipe import CORES
from benchmarks.serving.bench import write
from benchmarks.serving.contenders import Contender, answer, hello, ours
from benchmarks.serving.load import Stream
from benchmarks.serving.measure import Label, under_load
from benchmarks.serving.pictures import draw, load
from PIL import Image

from realeyez.models import Model, load_model
from realeyez.pipeline import conclude, prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import decode
from realeyez.pipeline.stopwatch import Stopwatch
from realeyez.pipeline.views import make_views

MACS_A_VIEW = 0.39e9  # EfficientNetB0 at 224 pixels (Tan and Le, 2019, arXiv:1905.11946)
MATRIX = 1024
SECONDS = 1.0
PAUSE_S = 0.3  # a caller now and then: the system has put the threads to rest
LEAST_CALLS = 9

Step = tuple[str, float, float | None]
"""Its name, its milliseconds, and its floor's where it has one."""


def measure(seconds: float) -> Iterator[dict[str, Any]]:
    """A row a kind of picture and step."""
    model = load_model("bundled")
    rate = multiplications()
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
        for kind, files in load(Path(folder)).items():
            data = files[0]
            width, height = Image.open(io.BytesIO(data)).size
            for step, took, floor in (
                *in_process(model, data, rate),
                *served(folder, kind, data, seconds),
            ):
                yield {
                    "kind": kind,
                    "megapixels": round(width * height / 1e6, 2),
                    "kilobytes": len(data) // 1000,
                    "step": step,
                    "ms": round(took, 3),
                    "floor_ms": "" if floor is None else round(floor, 3),
                }


def in_process(model: Model, data: bytes, rate: float) -> Iterator[Step]:
    """The pipeline's steps. rate: multiply-adds a second of one core."""
    manifest = model.manifest
    lane = Classifier(model, threads=1, provider="cpu")
    wide = Classifier(model, provider="cpu")
    picture = decode(data).picture
    prepared = prepare(data, manifest)
    views = prepared.views.pixels
    said = lane.predict(views)
    floor = 1000 * len(views) * MACS_A_VIEW / rate

    def decoder() -> None:
        Image.open(io.BytesIO(data)).load()

    def verdict() -> str:
        return conclude(prepared, said, manifest, Stopwatch()).model_dump_json()

    yield "decode", median_ms(lambda: decode(data)), median_ms(decoder)
    yield "views", median_ms(lambda: make_views(picture, manifest.views)), None
    for when, pause in (("", 0.0), (", after a pause", PAUSE_S)):
        one_core = median_ms(lambda: lane.predict(views), pause)
        all_cores = median_ms(lambda: wide.predict(views), pause)
        yield f"inference, one core{when}", one_core, floor
        yield f"inference, all cores{when}", all_cores, floor / CORES
    yield "verdict", median_ms(verdict), None


def served(folder: str, kind: str, data: bytes, seconds: float) -> Iterator[Step]:
    """The whole service with one caller, and aiohttp that only reads the picture."""
    with ours().running() as server:
        body = answer(server, data)
    yield "HTTP alone", _p50(hello(body), folder, kind, seconds), None
    yield "service", _p50(ours(), folder, kind, seconds), None


def _p50(contender: Contender, folder: str, kind: str, seconds: float) -> float:
    label = Label(0, contender.name, contender.setting, kind, "closed-1")
    with contender.running() as server:
        stream = Stream(kind=kind, connections=1)
        return under_load(server, folder, [stream], seconds, label).p50_ms


def multiplications() -> float:
    """Multiply-adds a second of one core, on float32 matrices."""
    left, right = np.random.default_rng(1).random((2, MATRIX, MATRIX), np.float32)
    return MATRIX**3 / (median_ms(lambda: left @ right) / 1000)


def median_ms(work: Callable[[], object], pause: float = 0.0) -> float:
    """Milliseconds of one call, after a first. pause: seconds before each."""
    work()
    took: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(took) < LEAST_CALLS:
        time.sleep(pause)
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return 1000 * median(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of load on the service")
    write("floor", measure(parser.parse_args().seconds))
