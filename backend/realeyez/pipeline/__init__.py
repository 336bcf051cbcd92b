"""Bytes → verdict. `check` is the product, read from top to bottom."""

import uuid
from dataclasses import dataclass
from time import perf_counter

from realeyez.models import Manifest
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS, decode
from realeyez.pipeline.heatmap import data_url, render_overlay
from realeyez.pipeline.provenance import read_claims
from realeyez.pipeline.types import (
    Claim,
    Image,
    ImageInfo,
    ModelInfo,
    Prediction,
    Timings,
    Verdict,
    Views,
)
from realeyez.pipeline.verdict import decide
from realeyez.pipeline.views import make_views

__all__ = ["Prepared", "check", "conclude", "prepare"]


def check(data: bytes, classifier: Classifier, *, explain: bool = False) -> Verdict:
    """One picture's verdict; with `explain`, its heat map too. Raises a `PictureError`."""
    prepared = prepare(data, classifier.manifest)
    prediction = classifier.predict(prepared.views.pixels)
    return conclude(prepared, prediction, classifier.manifest, explain=explain)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready for the classifier, and when each step was done (`perf_counter` seconds)."""

    claims: tuple[Claim, ...]
    image: Image
    views: Views
    started: float
    decoded: float
    finished: float


def prepare(
    data: bytes, manifest: Manifest, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS
) -> Prepared:
    """Everything before the model: claims, pixels, views. Raises a `PictureError`."""
    started = perf_counter()
    claims = read_claims(data)
    image = decode(data, max_bytes=max_bytes, max_pixels=max_pixels)
    decoded = perf_counter()
    views = make_views(image.pixels, manifest.views)
    return Prepared(claims, image, views, started, decoded, perf_counter())


def conclude(
    prepared: Prepared, prediction: Prediction, manifest: Manifest, *, explain: bool = False
) -> Verdict:
    """Everything after the model: the decision, its heat map, and what they rest on."""
    predicted = perf_counter()
    image = prepared.image
    decision = decide(prediction, manifest)
    heatmap = None
    if explain:
        overlay = render_overlay(image, prepared.views, prediction, manifest.temperature)
        heatmap = data_url(overlay)
    return Verdict(
        id=uuid.uuid4().hex,
        verdict=decision.verdict,
        probability=decision.probability,
        basis="classifier",
        claims=prepared.claims,
        heatmap=heatmap,
        image=ImageInfo(
            sha256=image.sha256, width=image.width, height=image.height, format=image.format
        ),
        model=ModelInfo(name=manifest.name, version=manifest.version),
        timings_ms=Timings(
            decode=_ms(prepared.started, prepared.decoded),
            views=_ms(prepared.decoded, prepared.finished),
            inference=_ms(prepared.finished, predicted),
            total=_ms(prepared.started, perf_counter()),
        ),
    )


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
