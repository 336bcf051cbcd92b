"""Images a second and CPU seconds an image of a training step, one setting changed at a time.

    .venv/bin/python benchmarks/training_step.py [--jax PYTHON] [--torch PYTHON]

Each variant runs in a process of its own, on random pixels. The first step, which traces, is left
out; the median is of three steps, or of those begun within a minute. `--jax` and `--torch` are
interpreters whose environment has Keras and that backend. Writes
`benchmarks/results/training_step.csv`, with each variant's ratio to the default, measured first.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "training_step.csv"
STEPS = 3
ENOUGH_S = 60  # of slow steps, fewer are measured


@dataclass(frozen=True)
class Variant:
    """One setting of a step; the defaults are those of `realeyez_training train` on a CPU."""

    backend: str = "tensorflow"
    trained: str = "stem"  # the first block that is trained; head: a frozen backbone
    batch: int = 32
    size: int = 160
    xla: bool = False
    memory_kept: bool = True
    threads: int = 0  # of one operation; 0: the backend's choice


DEFAULT = Variant()
VARIANTS = [
    DEFAULT,
    *(replace(DEFAULT, size=size) for size in (128, 192, 224)),
    *(replace(DEFAULT, batch=batch) for batch in (8, 16, 64)),
    replace(DEFAULT, trained="block4a"),
    replace(DEFAULT, trained="block6a"),
    *(replace(DEFAULT, trained="head", size=size) for size in (128, 160, 192, 224)),
    replace(DEFAULT, memory_kept=False),
    replace(DEFAULT, threads=1),
    replace(DEFAULT, xla=True),
    replace(DEFAULT, xla=True, trained="head"),
]
OTHER_BACKENDS = [replace(DEFAULT, trained=trained) for trained in ("stem", "head")]


def measure(variant: Variant) -> tuple[float, float]:
    """Median CPU and wall seconds a step, in this process."""
    import keras
    import numpy as np

    from realeyez_training.fit.memory import keep_freed_memory
    from realeyez_training.fit.model import build_model, train_from

    if variant.memory_kept:
        keep_freed_memory()
    if variant.threads:
        _limit_threads(variant)
    keras.utils.set_random_seed(1)
    model = build_model("none")
    train_from(model, variant.trained)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    xla = variant.xla if variant.backend == "tensorflow" else "auto"
    model.compile(optimizer=keras.optimizers.AdamW(1e-4), loss=loss, jit_compile=xla)
    random = np.random.default_rng(1)
    views = random.integers(0, 256, (variant.batch, variant.size, variant.size, 3), np.uint8)
    labels = random.integers(0, 2, (variant.batch, 1)).astype(np.float32)
    model.train_on_batch(views, labels)
    cpu, wall = [], []
    while len(cpu) < STEPS and sum(wall) < ENOUGH_S:
        cpu_before, wall_before = time.process_time(), time.perf_counter()
        model.train_on_batch(views, labels)
        cpu.append(time.process_time() - cpu_before)
        wall.append(time.perf_counter() - wall_before)
    return statistics.median(cpu), statistics.median(wall)


def _limit_threads(variant: Variant) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(variant.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def main() -> None:
    """Every variant in a fresh process, since an allocator's and a backend's settings stay."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for backend in ("jax", "torch"):
        parser.add_argument(f"--{backend}", help=f"a Python with Keras and {backend}")
    pythons = {"tensorflow": sys.executable, **vars(parser.parse_args())}
    others = [
        replace(variant, backend=backend)
        for backend in ("jax", "torch")
        if pythons[backend]
        for variant in OTHER_BACKENDS
    ]
    RESULTS.parent.mkdir(exist_ok=True)
    reference = 0.0
    with RESULTS.open("w", newline="") as file:
        names = [*asdict(DEFAULT), "images_per_second", "cpu_seconds_per_image", "cpu_to_default"]
        rows = csv.DictWriter(file, names, lineterminator="\n")
        rows.writeheader()
        for variant in [*VARIANTS, *others]:
            cpu, wall = _in_a_process(variant, pythons[variant.backend])
            per_image = cpu / variant.batch
            reference = reference or per_image
            figures = {
                "images_per_second": f"{variant.batch / wall:.1f}",
                "cpu_seconds_per_image": f"{per_image:.3f}",
                "cpu_to_default": f"{per_image / reference:.2f}",
            }
            rows.writerow(asdict(variant) | figures)
            file.flush()
            print(asdict(variant) | figures, flush=True)


def _in_a_process(variant: Variant, python: str) -> tuple[float, float]:
    environment = os.environ | {
        "KERAS_BACKEND": variant.backend,
        "PYTHONPATH": str(ROOT / "training"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "REALEYEZ_VARIANT": json.dumps(asdict(variant)),
    }
    command = [python, __file__]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  ourselves
    cpu, wall = done.stdout.split()[-2:]
    return float(cpu), float(wall)


if __name__ == "__main__":
    if "REALEYEZ_VARIANT" in os.environ:
        print(*measure(Variant(**json.loads(os.environ["REALEYEZ_VARIANT"]))))
    else:
        main()
