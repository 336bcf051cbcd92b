"""The manifest of pictures, and the batches that training and validation read from it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from realeyez.models import Anchor
from realeyez.pipeline.decode import decode
from realeyez.pipeline.types import Box
from realeyez.pipeline.views import crop_box, view
from realeyez_training.augment import degrade, standardise
from realeyez_training.errors import InputError

Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Picture:
    """One row of the manifest; `label` is 1 for AI, 0 for real."""

    path: Path
    label: int
    split: str
    source: str
    generator: str
    group: str


def read_manifest(data: Path, split: str | None = None) -> list[Picture]:
    """The pictures that `data/manifest.csv` lists, of one split or of all.

    Raises `InputError` with what to do.
    """
    path = data / "manifest.csv"
    if not path.is_file():
        raise InputError(f"{path} is missing. Give --data the folder with manifest.csv.")
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        needed = {"path", "label", "split", "source", "generator", "group"}
        if missing := needed - set(rows.fieldnames or ()):
            raise InputError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
        pictures = [
            Picture(
                path=data / row["path"],
                label=_label(row["label"], path),
                split=row["split"],
                source=row["source"],
                generator=row["generator"],
                group=row["group"],
            )
            for row in rows
            if split in (None, row["split"])
        ]
    if not pictures:
        raise InputError(f"{path} lists no picture of the split {split!r}.")
    return pictures


def _label(name: str, manifest: Path) -> int:
    if name not in ("real", "ai"):
        raise InputError(f"{manifest} has the label {name!r}; labels are real and ai.")
    return int(name == "ai")


class TrainingBatches(keras.utils.PyDataset):
    """One epoch of degraded random views.

    A batch is uint8 `[batch, size, size, 3]` and the labels, float32 `[batch, 1]`.

    It depends on (seed, epoch, index) alone, so workers and restarts do not change it, and
    its augmentation never looks at the label.
    """

    def __init__(
        self, pictures: Sequence[Picture], *, batch: int, size: int, seed: int, epoch: int
    ) -> None:
        super().__init__(workers=2, max_queue_size=8)
        self.pictures = pictures
        self.batch = batch
        self.size = size
        self.seed = (seed, epoch)
        self.order = np.random.default_rng(self.seed).permutation(len(pictures))

    def __len__(self) -> int:
        return len(self.pictures) // self.batch

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((*self.seed, index))
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        views = [self._view(self.pictures[i], rng) for i in chosen]
        labels = [[self.pictures[i].label] for i in chosen]
        return np.stack(views), np.array(labels, np.float32)

    def _view(self, picture: Picture, rng: np.random.Generator) -> NDArray[np.uint8]:
        pixels = degrade(decode(picture.path.read_bytes()).pixels, rng)
        height, width = pixels.shape[:2]
        if rng.random() < 0.4:
            box = _most_of(width, height, rng)
        else:
            box = crop_box(width, height, Anchor(rng.random(), rng.random()), self.size)
        shown = view(pixels, box, self.size)
        return shown[:, ::-1] if rng.random() < 0.5 else shown


class ValidationBatches(keras.utils.PyDataset):
    """Each picture's whole view and its centre crop, re-encoded as for every measurement."""

    def __init__(self, pictures: Sequence[Picture], *, batch: int, size: int) -> None:
        super().__init__(workers=2, max_queue_size=8)
        self.pictures = pictures
        self.batch = batch
        self.size = size

    def __len__(self) -> int:
        return -(-len(self.pictures) // self.batch)

    def __getitem__(self, index: int) -> Batch:
        chosen = self.pictures[index * self.batch : (index + 1) * self.batch]
        views, labels = [], []
        for picture in chosen:
            pixels = decode(standardise(picture.path.read_bytes())).pixels
            height, width = pixels.shape[:2]
            centre = crop_box(width, height, Anchor(0.5, 0.5), self.size)
            for box in (Box(0, 0, width, height), centre):
                views.append(view(pixels, box, self.size))
                labels.append([picture.label])
        return np.stack(views), np.array(labels, np.float32)


def _most_of(width: int, height: int, rng: np.random.Generator) -> Box:
    """A box over 70 to 100 % of each side: the whole view, never framed twice the same."""
    w = round(width * rng.uniform(0.7, 1.0))
    h = round(height * rng.uniform(0.7, 1.0))
    left = int(rng.integers(0, width - w + 1))
    top = int(rng.integers(0, height - h + 1))
    return Box(left, top, left + w, top + h)
