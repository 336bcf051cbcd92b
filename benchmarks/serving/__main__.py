"""The serving benchmark: python -m benchmarks.serving [--only PART …] [--pictures DIR] [--quick]

The service, LitServe, BentoML, mosec and a bare loop run the same model on the same pictures, in
turns on the same machine, under load from a process of its own. Writes a CSV a part, the table of
aims and a plot to `benchmarks/results/`, or where BENCH_RESULTS says. All of it takes about 17
minutes, in which nothing else may run.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.serving import pictures
from benchmarks.serving.bench import Bench, write
from benchmarks.serving.parts import PARTS
from benchmarks.serving.report import report


def main() -> None:
    """Measure the parts that are asked for, and report all that were ever measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts")
    parser.add_argument("--pictures", type=Path, help="a folder, or one with a folder a kind")
    parser.add_argument("--rounds", type=int, default=Bench.rounds)
    parser.add_argument("--quick", action="store_true", help="only to see that it works")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and no server is left behind
    with tempfile.TemporaryDirectory() as folder:
        if given.pictures is None:
            pictures.draw(Path(folder))
        chosen = str((given.pictures or Path(folder)).resolve())
        measured = Bench(chosen, rounds=given.rounds, quick=given.quick)
        for part in (part for part in PARTS if part in given.only):
            started = time.perf_counter()
            print(part, flush=True)
            write(part, PARTS[part](measured))
            print(f"  took {time.perf_counter() - started:.0f} s", flush=True)
    report()


if __name__ == "__main__":
    main()
