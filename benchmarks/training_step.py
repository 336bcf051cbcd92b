"""CPU seconds of a full training step: XLA or not, freed memory kept or given back.

    .venv/bin/python benchmarks/training_step.py

Each variant runs in a process of its own, on random pixels; the first step, which traces, is left
out. Writes `benchmarks/results/training_step.csv`, with each variant's ratio to the one in use.
"""

import csv
import itertools
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BATCH = 32
SIZE = 160
STEPS = 4
RESULTS = Path(__file__).parent / "results" / "training_step.csv"
IN_USE = (False, True)


def measure(xla: bool, keep: bool) -> tuple[float, float]:
    """Median CPU and wall seconds a step, in this process."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np

    from realeyez_training.memory import keep_freed_memory
    from realeyez_training.model import build_model

    if keep:
        keep_freed_memory()
    keras.utils.set_random_seed(1)
    model = build_model("none")
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.AdamW(1e-4), loss=loss, jit_compile=xla)
    random = np.random.default_rng(1)
    views = random.integers(0, 256, (BATCH, SIZE, SIZE, 3), np.uint8)
    labels = random.integers(0, 2, (BATCH, 1)).astype(np.float32)
    model.train_on_batch(views, labels)
    cpu, wall = [], []
    for _ in range(STEPS):
        cpu_before, wall_before = time.process_time(), time.perf_counter()
        model.train_on_batch(views, labels)
        cpu.append(time.process_time() - cpu_before)
        wall.append(time.perf_counter() - wall_before)
    return statistics.median(cpu), statistics.median(wall)


def main() -> None:
    """Every variant in a fresh process, since an allocator's settings stay."""
    figures = {}
    for xla, keep in itertools.product((False, True), repeat=2):
        command = [sys.executable, __file__, str(int(xla)), str(int(keep))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ourselves
        figures[xla, keep] = tuple(float(figure) for figure in done.stdout.split())
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["xla", "memory_kept", "cpu_seconds", "wall_seconds", "cpu_to_in_use"])
        for (xla, keep), (cpu, wall) in figures.items():
            ratio = cpu / figures[IN_USE][0]
            rows.writerow([xla, keep, f"{cpu:.2f}", f"{wall:.2f}", f"{ratio:.2f}"])
    print(RESULTS.read_text())


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(*measure(sys.argv[1] == "1", sys.argv[2] == "1"))
    else:
        main()
