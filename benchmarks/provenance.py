"""CPU time of reading a file's claims, before any pixel: real files, and the worst that are read.

    PYTHONPATH=. .venv/bin/python benchmarks/provenance.py FOLDER_OF_PICTURES

Real files are read five times each under the bundled trust list, and the fastest counts. The worst
are the tests' bombs, and a manifest of as many actions as is read.
"""

import statistics
import sys
import time
from pathlib import Path

from tests.backend.pipeline.provenance.files import PNG
from tests.backend.pipeline.provenance.signing import Authority, created, signed
from tests.backend.pipeline.provenance.test_bounds import BOMBS

from realeyez.pipeline.provenance import Provenance, load_trust_list

ROUNDS = 5
PICTURES = {".jpg", ".png", ".webp", ".avif"}


def main(folder: Path) -> None:
    provenance = Provenance(load_trust_list())
    with_manifest: list[float] = []
    without: list[float] = []
    for file in sorted(file for file in folder.iterdir() if file.suffix in PICTURES):
        data = file.read_bytes()
        times = [_milliseconds(provenance, data) for _ in range(ROUNDS)]
        signed = any(claim.kind == "c2pa" for claim in provenance.claims(data))
        (with_manifest if signed else without).append(min(times))
    _tell("without a manifest", without)
    _tell("with a manifest", with_manifest)
    bombs = BOMBS | {"a full manifest": _full_manifest()}
    worst = {name: _milliseconds(provenance, data) for name, data in bombs.items()}
    for name, time_taken in sorted(worst.items(), key=lambda one: -one[1])[:4]:
        _tell(name, [time_taken])


def _full_manifest() -> bytes:
    actions = [created("digitalCapture"), *[{"action": "c2pa.edited"}] * 25_000]
    return signed(PNG, Authority.named("Anybody").signer("Anybody"), *actions, mime="image/png")


def _milliseconds(provenance: Provenance, data: bytes) -> float:
    start = time.process_time()
    provenance.claims(data)
    return 1000 * (time.process_time() - start)


def _tell(name: str, times: list[float]) -> None:
    if times:
        median = statistics.median(times)
        print(f"{name}: {len(times)} files, median {median:.1f} ms, at most {max(times):.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
