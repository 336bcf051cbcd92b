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
    """A picture ready for the classifier, and when each step was done (`perf_counter` seconds).

    The pixels are gone: only the views wait for the model.
    """

    claims: tuple[Claim, ...]
    image: ImageInfo
    views: Views
    started: float
    decoded: float
    finished: float


def prepare(
    data: bytes,
    manifest: Manifest,
    *,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    started: float | None = None,
) -> Prepared:
    """Everything before the model: claims, pixels, views. Raises a `PictureError`.

    started: when the picture came, if it had to wait (`perf_counter` seconds).
    """
    started = perf_counter() if started is None else started
    claims = read_claims(data)
    image = decode(data, max_bytes=max_bytes, max_pixels=max_pixels)
    decoded = perf_counter()
    views = make_views(image.pixels, manifest.views)
    return Prepared(claims, image.info, views, started, decoded, perf_counter())


def conclude(
    prepared: Prepared,
    prediction: Prediction,
    manifest: Manifest,
    *,
    explain: bool = False,
    predicted: float | None = None,
) -> Verdict:
    """Everything after the model: the decision, its heat map, and what they rest on.

    predicted: when the model answered, if that is a while ago (`perf_counter` seconds).
    """
    predicted = perf_counter() if predicted is None else predicted
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
        image=image,
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
