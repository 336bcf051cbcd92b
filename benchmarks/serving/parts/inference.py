"""The model alone, no pictures decoded: our lanes beside onnxruntime's defaults and OpenVINO."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.serving.bench import Bench
from benchmarks.serving.process import ROOT, environment
from benchmarks.serving.runtimes import RUNTIMES

SECONDS = 3.0


def measure(bench: Bench) -> Iterator[dict[str, Any]]:
    """Views a second of each way to run the same weights, each in a process of its own."""
    for turn in bench.turns():
        for name in RUNTIMES:
            command = [sys.executable, "-m", "benchmarks.serving.runtimes", name]
            done = subprocess.run(  # noqa: S603  ourselves
                [*command, str(bench.seconds(SECONDS))],
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=environment(),
                check=True,
            )
            yield {"round": turn, "runtime": name, **json.loads(done.stdout)}
