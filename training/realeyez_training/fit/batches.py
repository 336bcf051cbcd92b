"""The batches that training and validation read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from realeyez.models import Anchor
from realeyez.pipeline.decode import decode
from realeyez.pipeline.types import Box
from realeyez.pipeline.views import crop_box, view
from realeyez_training.data.conditions import render
from realeyez_training.data.manifest import Picture
from realeyez_training.fit.augment import degrade
from realeyez_training.fit.config import TrainConfig
from realeyez_training.fit.mix import mixed_up, patched
from realeyez_training.fit.order import drawn_order, in_turn
from realeyez_training.fit.pictures import TrainingPictures

Pixels = NDArray[np.uint8]
Batch = tuple[Pixels, NDArray[np.float32]]

_WORKERS = os.cpu_count() or 2  # threads: decoder and resizer leave Python's lock while they work


class TrainingBatches(keras.utils.PyDataset):
    """Degraded random views: the steps of one epoch, or a part of them.

    A batch is uint8 `[batch, size, size, 3]` and the labels, float32 `[batch, 1]`. It opens with
    its aligned pairs, whose two pictures are degraded and cut alike.

    It depends on (seed, epoch, step) alone, so workers and restarts do not change it, and
    its augmentation never looks at the label.
    """

    def __init__(
        self,
        pictures: TrainingPictures,
        config: TrainConfig,
        *,
        epoch: int,
        steps: range | None = None,
        pixels_of: Callable[[Path], Pixels],
    ) -> None:
        """steps: those of the epoch to give, or all; pixels_of: decodes the file at a path."""
        super().__init__(workers=_WORKERS, max_queue_size=8)
        self.pictures = pictures
        self.config = config
        self.size = config.size_of(epoch)
        self.epoch = epoch
        self.pixels_of = pixels_of
        self.order = drawn_order(
            pictures.single,
            np.random.default_rng((config.seed, epoch)),
            sources=config.source_balance,
            contents=config.content_balance,
        )
        self.steps = range(steps_an_epoch(pictures, config)) if steps is None else steps

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Batch:
        step = self.steps[index]
        rng = np.random.default_rng((self.config.seed, self.epoch, step))
        shown = [*self._pairs(step, rng), *self._singles(step, rng)]
        views = np.stack([view for view, _ in shown])
        labels = np.array([[label] for _, label in shown], np.float32)
        return mixed_up(views, labels, self.config.mixup, rng)

    def _singles(self, step: int, rng: np.random.Generator) -> Iterator[tuple[Pixels, float]]:
        count = _singles_a_batch(self.pictures, self.config)
        for i in self.order[step * count : (step + 1) * count]:
            picture = self.pictures.single[i]
            yield self._view(picture, rng), picture.label

    def _pairs(self, step: int, rng: np.random.Generator) -> Iterator[tuple[Pixels, float]]:
        pairs = self.pictures.pairs
        count = self.config.pairs_a_batch(len(pairs))
        steps_so_far = self.epoch * steps_an_epoch(self.pictures, self.config) + step
        for i in in_turn(len(pairs), steps_so_far * count, count, self.config.seed):
            alike = int(rng.integers(2**63))
            real, ai = (self._view(one, np.random.default_rng(alike)) for one in pairs[i])
            if rng.random() < self.config.mixed:
                # The real one gets a patch of itself, encoded anew: seams must not tell.
                yield patched(real, degrade(real, rng, 0.0), rng)[0], 0.0
                yield patched(real, ai, rng)
            else:
                yield real, 0.0
                yield ai, 1.0

    def _view(self, picture: Picture, rng: np.random.Generator) -> Pixels:
        pixels = degrade(self.pixels_of(picture.path), rng, self.config.degradation)
        height, width = pixels.shape[:2]
        if rng.random() < self.config.whole:
            box = _most_of(width, height, rng)
        else:
            box = crop_box(width, height, Anchor(rng.random(), rng.random()), self.size)
        shown = view(pixels, box, self.size)
        return shown[:, ::-1] if rng.random() < 0.5 else shown


def steps_an_epoch(pictures: TrainingPictures, config: TrainConfig) -> int:
    return len(pictures.single) // _singles_a_batch(pictures, config)


def _singles_a_batch(pictures: TrainingPictures, config: TrainConfig) -> int:
    return config.batch - 2 * config.pairs_a_batch(len(pictures.pairs))


class ValidationBatches(keras.utils.PyDataset):
    """Each picture's whole view and its centre crop, under a condition of the protocol."""

    def __init__(
        self, pictures: Sequence[Picture], *, batch: int, size: int, condition: str
    ) -> None:
        super().__init__(workers=_WORKERS, max_queue_size=8)
        self.pictures = pictures
        self.batch = batch
        self.size = size
        self.condition = condition

    def __len__(self) -> int:
        return -(-len(self.pictures) // self.batch)

    def __getitem__(self, index: int) -> Batch:
        chosen = self.pictures[index * self.batch : (index + 1) * self.batch]
        views, labels = [], []
        for picture in chosen:
            pixels = decode(render(picture.path.read_bytes(), self.condition)).pixels
            height, width = pixels.shape[:2]
            centre = crop_box(width, height, Anchor(0.5, 0.5), self.size)
            for box in (Box(0, 0, width, height), centre):
                views.append(view(pixels, box, self.size))
                labels.append([picture.label])
        return np.stack(views), np.array(labels, np.float32)


def _most_of(width: int, height: int, rng: np.random.Generator) -> Box:
    """A box that shows much of the picture, and whose shape does not tell the picture's.

    A whole view is squeezed into a square. Were the box of the picture's shape, then where one
    label has the squarer pictures, squeeze and scale would give the label away. So the box lies
    within a square of the short side, as in measuring.
    """
    shape = float(np.exp(rng.uniform(np.log(2 / 3), np.log(3 / 2))))
    side = min(width, height) * rng.uniform(0.7, 1.0)
    w, h = round(side * min(1, shape)), round(side * min(1, 1 / shape))
    left = int(rng.integers(0, width - w + 1))
    top = int(rng.integers(0, height - h + 1))
    return Box(left, top, left + w, top + h)
