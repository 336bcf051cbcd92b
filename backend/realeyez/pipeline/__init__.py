"""Bytes → verdict. `check` is the product, read from top to bottom."""

import os
from dataclasses import dataclass

from realeyez.models import Manifest
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS, Taken, decode
from realeyez.pipeline.errors import NoMemory
from realeyez.pipeline.heatmap import data_url, render_overlay
from realeyez.pipeline.provenance import Provenance
from realeyez.pipeline.stopwatch import Stopwatch
from realeyez.pipeline.types import Claim, ImageInfo, ModelInfo, Prediction, Verdict, Views
from realeyez.pipeline.verdict import decide
from realeyez.pipeline.views import make_views

__all__ = ["Prepared", "check", "conclude", "prepare"]


def check(
    data: bytes,
    classifier: Classifier,
    provenance: Provenance | None = None,
    *,
    explain: bool = False,
) -> Verdict:
    """One picture's verdict; with `explain`, its heat map too. Raises a `PictureError`.

    provenance: reads the file's claims; without it, the pixels alone are judged.
    `engine.py` takes the same steps with many pictures at a time.
    """
    watch = Stopwatch()
    prepared = prepare(data, classifier.manifest, watch, provenance=provenance)
    with watch.step("inference"):
        prediction = classifier.predict(prepared.views.pixels, alone=True)
    return conclude(prepared, prediction, classifier.manifest, watch, explain=explain)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready for the classifier: its pixels are gone, only the views wait."""

    claims: tuple[Claim, ...]
    image: ImageInfo
    views: Views


def prepare(
    data: bytes,
    manifest: Manifest,
    watch: Stopwatch | None = None,
    *,
    provenance: Provenance | None = None,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    room: Taken | None = None,
) -> Prepared:
    """Everything before the model: claims, pixels, views. Raises a `PictureError` or `NoMemory`.

    provenance: None reads no claims, as training wants it. room: as of `decode`.
    """
    watch = watch or Stopwatch()
    with watch.step("provenance"):
        readable = provenance is not None and len(data) <= max_bytes
        claims = provenance.claims(data) if provenance and readable else ()
    with watch.step("decode"):
        image = decode(data, max_bytes=max_bytes, max_pixels=max_pixels, room=room)
    with watch.step("views"):
        try:
            views = make_views(image.picture, manifest.views)
        except MemoryError as error:
            raise NoMemory from error
    return Prepared(claims, image.info, views)


def conclude(
    prepared: Prepared,
    prediction: Prediction,
    manifest: Manifest,
    watch: Stopwatch,
    *,
    explain: bool = False,
) -> Verdict:
    """Everything after the model: the decision, its heat map, and what they rest on."""
    decision = decide(prediction, manifest, prepared.claims)
    heatmap = None
    if explain:
        overlay = render_overlay(prepared.image, prepared.views, prediction, manifest.temperature)
        heatmap = data_url(overlay)
    return Verdict(
        id=os.urandom(16).hex(),
        verdict=decision.verdict,
        probability=decision.probability,
        basis=decision.basis,
        claims=prepared.claims,
        heatmap=heatmap,
        image=prepared.image,
        model=ModelInfo(name=manifest.name, version=manifest.version),
        timings_ms=watch.timings(),
    )
