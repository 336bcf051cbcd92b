"""Pictures → scores, through the product's own pipeline and no other."""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from rich.progress import track

from realeyez.models import Manifest
from realeyez.pipeline import prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.errors import PictureError
from realeyez.pipeline.verdict import calibrate, pool
from realeyez_training.data.conditions import render
from realeyez_training.data.manifest import Picture
from realeyez_training.errors import InputError
from realeyez_training.measure.scores import Floats


def score(
    pictures: Sequence[Picture], classifier: Classifier, manifest: Manifest, condition: str
) -> tuple[Floats, Floats]:
    """Pooled logits `[n]` under a condition, and the metadata `[n, 4]` of the files scored.

    The metadata is width, height, mean of the first JPEG quantisation table, and bytes.
    Raises `InputError` that names a picture which cannot be read.
    """

    def one(path: Path) -> tuple[float, tuple[float, ...]]:
        try:
            file = render(path.read_bytes(), condition)
        except (OSError, PictureError) as error:
            raise InputError(
                f"{path}: {error} Mend the data: `curate --check` lists all."
            ) from error
        prepared = prepare(file, manifest)
        logit = pool(classifier.predict(prepared.views.pixels))
        return logit, (prepared.image.width, prepared.image.height, _quantisation(file), len(file))

    # Decoder and model leave Python's lock while they work.
    with ThreadPoolExecutor(os.cpu_count()) as pool_of_threads:
        results = pool_of_threads.map(one, [picture.path for picture in pictures])
        scored = list(track(results, f"{condition:>10}", total=len(pictures), transient=True))
    logits, metadata = zip(*scored, strict=True)
    return np.array(logits, np.float64), np.array(metadata, np.float64)


def calibrated(logits: Floats, temperature: float) -> Floats:
    """P(AI) `[n]`, to the last digit as the product tells it."""
    return np.array([calibrate(float(logit), temperature) for logit in logits])


def _quantisation(file: bytes) -> float:
    tables = getattr(Image.open(io.BytesIO(file)), "quantization", None)
    return float(np.mean(tables[0])) if tables else 0.0
