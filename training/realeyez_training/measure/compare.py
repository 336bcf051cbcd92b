"""Runs side by side on `val`, clean and as on the web: what an experiment is decided by.

The Keras model of a run is shown the whole picture, at the size that is served. Its scores are kept
in the run's folder as `val.csv`, in the format of `scores.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from pydantic import BaseModel, ConfigDict
from rich.table import Table
from scipy.special import expit

from realeyez.pipeline.decode import decode
from realeyez.pipeline.types import Box
from realeyez.pipeline.views import VIEW_SIZE, view
from realeyez_training.data.conditions import render
from realeyez_training.data.manifest import Picture, read_manifest
from realeyez_training.errors import InputError
from realeyez_training.measure.bootstrap import RESAMPLES, bounds, draws
from realeyez_training.measure.figures import Interval
from realeyez_training.measure.metrics import cut_at_fpr, win_rates
from realeyez_training.measure.scores import (
    Floats,
    Names,
    Scores,
    Slice,
    describe,
    read_scores,
    write_scores,
)

CONDITIONS = ("clean", "web")
BATCH = 32


class Compared(BaseModel):
    """A run under one condition; `gain` is its AUC less the first run's, on the same draws."""

    model_config = ConfigDict(frozen=True)

    run: str
    condition: str
    auc: Interval
    tpr_at_fpr_5: float
    gain: Interval


def compare(
    runs: Sequence[Path], data: Sequence[Path], resamples: int = RESAMPLES
) -> list[Compared]:
    """Every run under both conditions, on the split val of all the data sets together.

    Raises `InputError` if a run has no model, or the pictures do not fit.
    """
    pictures = {folder: read_manifest(folder, "val") for folder in data}
    scores = [_scores(run, pictures) for run in runs]
    rows = []
    for condition in CONDITIONS:
        slices = [one.slice("val", condition) for one in scores]
        drawn = [rows for rows in draws(slices[0].groups, resamples) if _both(slices[0], rows)]
        areas = [np.array([_auc(one.take(rows)) for rows in drawn]) for one in slices]
        for run, one, there in zip(runs, slices, areas, strict=True):
            real, ai = one.probabilities[~one.labels], one.probabilities[one.labels]
            rows.append(
                Compared(
                    run=run.name,
                    condition=condition,
                    auc=_interval(_auc(one), there),
                    tpr_at_fpr_5=float((ai > cut_at_fpr(real, 0.05)).mean()),
                    gain=_interval(_auc(one) - _auc(slices[0]), there - areas[0]),
                )
            )
    return rows


def table(rows: Sequence[Compared]) -> Table:
    printed = Table("run", "condition", "AUC (95 %)", "TPR at 5 % FPR", "gain (95 %)")
    for row in rows:
        printed.add_row(
            row.run,
            row.condition,
            f"{row.auc.value:.3f} ({row.auc.low:.3f}–{row.auc.high:.3f})",
            f"{row.tpr_at_fpr_5:.0%}",
            f"{row.gain.value:+.3f} ({row.gain.low:+.3f} to {row.gain.high:+.3f})",
        )
    return printed


def _described(pictures: dict[Path, list[Picture]]) -> dict[str, Names]:
    columns = [describe(listed, folder) for folder, listed in pictures.items()]
    described = {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
    if len(set(described["path"])) < len(described["path"]):
        raise InputError("Two of the data sets have pictures of one path: give only one of them.")
    if len(set(described["label"])) < 2:
        raise InputError("The split val needs real and AI pictures.")
    return described


def _scores(run: Path, pictures: dict[Path, list[Picture]]) -> Scores:
    kept, model = run / "val.csv", run / "best.keras"
    description = _described(pictures)
    newer = kept.exists() and (
        not model.exists() or kept.stat().st_mtime_ns > model.stat().st_mtime_ns
    )
    if newer and np.array_equal(
        (scores := read_scores(kept)).description["path"], description["path"]
    ):
        return scores
    if not model.exists():
        raise InputError(f"{run} has no best.keras to score these pictures with. Train it first.")
    network = keras.models.load_model(model, compile=False)
    listed = [picture for those in pictures.values() for picture in those]
    probabilities = {name: _score(network, listed, name) for name in CONDITIONS}
    scores = Scores(description, probabilities, metadata=None)
    write_scores(kept, scores)
    return scores


def _score(model: keras.Model, pictures: Sequence[Picture], condition: str) -> Floats:
    """P(AI) `[n]`, uncalibrated."""
    logits = []
    for start in range(0, len(pictures), BATCH):
        views = [_whole(picture, condition) for picture in pictures[start : start + BATCH]]
        logits.append(keras.ops.convert_to_numpy(model(np.stack(views), training=False)).ravel())
    return np.asarray(expit(np.concatenate(logits).astype(np.float64)))


def _whole(picture: Picture, condition: str) -> np.ndarray:
    pixels = decode(render(picture.path.read_bytes(), condition)).pixels
    return view(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]), VIEW_SIZE)


def _both(data: Slice, rows: np.ndarray) -> bool:
    return 0 < data.labels[rows].sum() < len(rows)


def _auc(data: Slice) -> float:
    wins = win_rates(data.probabilities[~data.labels], data.probabilities[data.labels])
    return float(wins.mean())


def _interval(value: float, drawn: Floats) -> Interval:
    return Interval(value=value, **bounds(drawn))
