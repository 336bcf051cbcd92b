"""The worst mistakes to look at: each picture beside the heat map of the decision."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realeyez.models import load_model
from realeyez.pipeline import prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import decode
from realeyez.pipeline.heatmap import lay_over, render_overlay
from realeyez.pipeline.verdict import decide
from realeyez_training.data.conditions import render
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.report.results import Result

MOST = 8  # mistakes of a kind and split
_SIDE = 176  # pixels
_CLOSE = 0.01  # in P(AI): what another processor may change


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture on the wrong side of the balanced threshold; picture and heat map are data URLs."""

    path: str
    origin: str  # the generator, or the source of a real picture
    content: str
    probability: float
    verdict: str
    picture: str
    heatmap: str


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Of one split, the most confident first."""

    false_alarms: list[Mistake]
    misses: list[Mistake]


Gallery = dict[str, Mistakes]


def make_gallery(result: Result, data: Path, manifest_path: Path) -> Gallery:
    """The worst mistakes of every split on clean pictures.

    Raises `InputError` if `data` lacks one of the pictures, or if the scores are not this model's.
    """
    classifier = Classifier(load_model(str(manifest_path)))
    listed = {picture.path.relative_to(data).as_posix() for picture in read_manifest(data)}

    def looked_at(row: int) -> Mistake:
        return _look(result, row, classifier, data, listed)

    gallery = {}
    for split in result.scores.splits:
        false_alarms, misses = worst(result, split)
        gallery[split] = Mistakes([*map(looked_at, false_alarms)], [*map(looked_at, misses)])
    return gallery


def worst(result: Result, split: str) -> tuple[list[int], list[int]]:
    """Rows of the most confident false alarms and misses at the balanced threshold."""
    described, p = result.scores.description, result.scores.probabilities["clean"]
    of_split, ai = described["split"] == split, described["label"] == "ai"
    called_ai = p >= result.evaluation.thresholds.balanced

    def first(rows: NDArray[np.bool_], confidence: NDArray[np.float64]) -> list[int]:
        found = np.flatnonzero(rows & of_split)
        return [int(row) for row in found[np.argsort(-confidence[found], kind="stable")][:MOST]]

    return first(~ai & called_ai, p), first(ai & ~called_ai, -p)


def _look(
    result: Result, row: int, classifier: Classifier, data: Path, listed: set[str]
) -> Mistake:
    described = {name: str(values[row]) for name, values in result.scores.description.items()}
    path, told = described["path"], float(result.scores.probabilities["clean"][row])
    if path not in listed or not (data / path).is_file():
        raise InputError(
            f"{data} does not hold {path}. Give --data the folder that {result.name} was scored on."
        )
    file = render((data / path).read_bytes(), "clean")
    prepared = prepare(file, classifier.manifest)
    prediction = classifier.predict(prepared.views.pixels)
    decision = decide(prediction, classifier.manifest)
    if abs(decision.probability - told) > _CLOSE:
        raise InputError(
            f"The model gives {path} {decision.probability:.3f}, its scores say {told:.3f}. "
            f"Give --model and --data those that {result.name} was scored with."
        )
    picture = decode(file).picture
    overlay = render_overlay(
        prepared.image, prepared.views, prediction, classifier.manifest.temperature
    )
    return Mistake(
        path=path,
        origin=described["generator"] or described["source"],
        content=described["content"],
        probability=told,
        verdict=decision.verdict,
        picture=_data_url(picture),
        heatmap=_data_url(lay_over(picture, overlay)),
    )


def _data_url(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
