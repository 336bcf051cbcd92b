"""May JPEGs be decoded at a fraction of their size? What it changes in a verdict, and saves.

    python -m benchmarks.serving.scaled FOLDER [--count 200] [--tiles 4 8]

A JPEG's decoder can halve a picture once, twice or thrice for less work than decoding all of it.
Here the whole view is made from the smallest such decoding whose shorter side is still `margin`
times the view's, and its probability is laid beside the usual one's. Pictures are a data set's, as
they are and as sheets of `tiles` × `tiles` of them: large, with a photograph's detail at full
resolution. Writes `benchmarks/results/serving_scaled.csv`; a change of 1e-3 is allowed.
"""

from __future__ import annotations

import argparse
import io
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from benchmarks.serving.bench import write
from PIL import Image

from realeyez.models import load_model
from realeyez.models.manifest import Manifest, ViewPlan
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import decode
from realeyez.pipeline.verdict import decide
from realeyez.pipeline.views import VIEW_SIZE, make_views

MARGINS = (1.0, 1.5, 2.0, 3.0, 4.0)
TILE = 320
QUALITIES = itertools.cycle((75, 85, 95))
SAMPLINGS = itertools.cycle((0, 2))  # 4:4:4 and 4:2:0
WHOLE = ViewPlan(whole=True, crops=())
LIMIT = 1e-3


def files(folder: Path, count: int) -> list[bytes]:
    """JPEGs of a folder, spread over all of it."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".jpeg"))
    if not found:
        raise SystemExit(f"No JPEG under {folder}.")
    return [path.read_bytes() for path in found[:: max(1, len(found) // count)]][:count]


def sheets(pictures: list[bytes], tiles: int) -> Iterator[bytes]:
    """Squares of `tiles` × `tiles` pictures, as JPEGs of several qualities."""
    each = tiles * tiles
    for start in range(0, len(pictures) - each + 1, each):
        sheet = Image.new("RGB", (tiles * TILE, tiles * TILE))
        for place, data in enumerate(pictures[start : start + each]):
            tile = decode(data).picture.crop((0, 0, TILE, TILE))
            sheet.paste(tile, (place % tiles * TILE, place // tiles * TILE))
        file = io.BytesIO()
        sheet.save(file, "JPEG", quality=next(QUALITIES), subsampling=next(SAMPLINGS))
        yield file.getvalue()


def scaled(data: bytes, margin: float) -> Image.Image:
    """The smallest decoding that the margin allows."""
    picture = Image.open(io.BytesIO(data))
    side = round(VIEW_SIZE * margin)
    shrink = side / min(picture.size)
    # Pillow takes the largest of 1/2, 1/4 and 1/8 that is not below the size asked for.
    picture.draft("RGB", (round(picture.width * shrink), round(picture.height * shrink)))
    return picture.convert("RGB")


def compare(size: str, pictures: list[bytes], margin: float) -> dict[str, Any]:
    """One row: how far probabilities moved, and milliseconds for pixels and view."""
    model = load_model("bundled")
    classifier = Classifier(model, threads=1, provider="cpu")
    changes, full_ms, scaled_ms = [], [], []
    for data in pictures:
        started = time.perf_counter()
        full = make_views(decode(data).picture, WHOLE).pixels
        between = time.perf_counter()
        small = make_views(scaled(data, margin), WHOLE).pixels
        ended = time.perf_counter()
        full_ms.append(1000 * (between - started))
        scaled_ms.append(1000 * (ended - between))
        both = [_probability(classifier, model.manifest, views) for views in (full, small)]
        changes.append(abs(both[0] - both[1]))
    return {
        "pictures": size,
        "margin": margin,
        "count": len(pictures),
        "largest_change": round(max(changes), 5),
        "median_change": round(median(changes), 5),
        "over_limit": sum(change > LIMIT for change in changes),
        "full_ms": round(median(full_ms), 2),
        "scaled_ms": round(median(scaled_ms), 2),
    }


def _probability(
    classifier: Classifier, manifest: Manifest, views: np.ndarray[Any, np.dtype[np.uint8]]
) -> float:
    return decide(classifier.predict(views), manifest).probability


def main() -> None:
    """The data set as it is, and as sheets."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200, help="pictures of the data set")
    parser.add_argument("--tiles", type=int, nargs="*", default=[4, 8], help="along a sheet's side")
    given = parser.parse_args()
    groups = {"as they are": files(given.folder, given.count)}
    for tiles in given.tiles:
        many = files(given.folder, given.count * tiles**2)
        large = [data for data in many if min(Image.open(io.BytesIO(data)).size) >= TILE]
        groups[f"sheets of {tiles * TILE} pixels"] = list(sheets(large, tiles))
    write(
        "scaled",
        (
            compare(size, pictures, margin)
            for size, pictures in groups.items()
            if pictures
            for margin in MARGINS
        ),
    )


if __name__ == "__main__":
    main()
