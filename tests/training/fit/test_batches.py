from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from realeyez_training.data.manifest import read_manifest
from realeyez_training.data.pixels import PixelCache
from realeyez_training.fit.batches import TrainingBatches, ValidationBatches, _most_of

SAME: dict[str, Any] = {"batch": 8, "size": 96, "pixels_of": PixelCache(0)}


def batches(data: Path, *, seed: int = 1, epoch: int = 0, **more: Any) -> TrainingBatches:
    return TrainingBatches(read_manifest(data, "train"), seed=seed, epoch=epoch, **SAME, **more)


def test_a_batch_depends_on_seed_epoch_and_index_alone(small_data: Path) -> None:
    views, labels = batches(small_data)[1]
    again, same_labels = batches(small_data)[1]
    assert views.shape == (8, 96, 96, 3)
    assert views.dtype == np.uint8
    assert np.array_equal(views, again)
    assert np.array_equal(labels, same_labels)
    for other in (batches(small_data, seed=2), batches(small_data, epoch=1)):
        assert not np.array_equal(views, other[1][0])


def test_an_epoch_shows_every_picture_once(small_data: Path) -> None:
    epoch = batches(small_data)
    labels = np.concatenate([epoch[i][1] for i in range(len(epoch))])
    assert len(epoch) == 2
    assert labels.sum() == 8


def test_augmentation_does_not_depend_on_the_label(small_data: Path) -> None:
    pictures = read_manifest(small_data, "train")
    swapped = [replace(picture, label=1 - picture.label) for picture in pictures]
    views, labels = TrainingBatches(pictures, seed=1, epoch=0, **SAME)[0]
    swapped_views, swapped_labels = TrainingBatches(swapped, seed=1, epoch=0, **SAME)[0]
    assert np.array_equal(views, swapped_views)
    assert np.array_equal(labels, 1 - swapped_labels)


def test_a_part_of_an_epoch_is_the_same_as_within_the_whole(small_data: Path) -> None:
    (views, labels), (part, of_part) = (
        batches(small_data)[1],
        batches(small_data, steps=range(1, 2))[0],
    )
    assert np.array_equal(views, part)
    assert np.array_equal(labels, of_part)


def test_the_shape_of_a_whole_view_does_not_tell_that_of_the_picture() -> None:
    """Wide and square pictures are squeezed into the square alike."""

    def sizes(width: int, height: int) -> list[tuple[int, int]]:
        boxes = [_most_of(width, height, np.random.default_rng(seed)) for seed in range(200)]
        assert all(box.right <= width and box.bottom <= height for box in boxes)
        return [(box.right - box.left, box.bottom - box.top) for box in boxes]

    assert sizes(900, 600) == sizes(600, 600) == sizes(600, 750)


def test_validation_shows_two_views_a_picture(small_data: Path) -> None:
    validation = ValidationBatches(
        read_manifest(small_data, "val"), batch=30, size=96, condition="web"
    )
    assert len(validation) == 3
    views, labels = validation[2]
    assert views.shape == (8, 96, 96, 3)
    assert np.array_equal(labels[::2], labels[1::2])
