from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realeyez_training.data.manifest import Picture, read_manifest
from realeyez_training.data.pixels import PixelCache
from realeyez_training.fit.batches import TrainingBatches, ValidationBatches, _most_of
from realeyez_training.fit.config import TrainConfig
from realeyez_training.fit.mix import patched
from realeyez_training.fit.pictures import read_training

CONFIG = TrainConfig(seed=1, batch=8, head_epochs=0, small_epochs=9, small_size=96)


def batches(
    data: Path, config: TrainConfig = CONFIG, *more: Path, epoch: int = 0, **part: Any
) -> TrainingBatches:
    pictures = read_training(data, more)
    return TrainingBatches(pictures, config, epoch=epoch, pixels_of=PixelCache(0), **part)


def test_a_batch_depends_on_seed_epoch_and_index_alone(small_data: Path) -> None:
    views, labels = batches(small_data)[1]
    again, same_labels = batches(small_data)[1]
    assert views.shape == (8, 96, 96, 3)
    assert views.dtype == np.uint8
    assert np.array_equal(views, again)
    assert np.array_equal(labels, same_labels)
    for other in (batches(small_data, replace(CONFIG, seed=2)), batches(small_data, epoch=1)):
        assert not np.array_equal(views, other[1][0])


def test_an_epoch_shows_every_picture_once(small_data: Path) -> None:
    epoch = batches(small_data)
    labels = np.concatenate([epoch[i][1] for i in range(len(epoch))])
    assert len(epoch) == 2
    assert labels.sum() == 8


def test_augmentation_does_not_depend_on_the_label(small_data: Path) -> None:
    epoch = batches(small_data)
    views, labels = epoch[0]
    swapped = [replace(picture, label=1 - picture.label) for picture in epoch.pictures.single]
    epoch.pictures = replace(epoch.pictures, single=swapped)
    swapped_views, swapped_labels = epoch[0]
    assert np.array_equal(views, swapped_views)
    assert np.array_equal(labels, 1 - swapped_labels)


EVERYTHING = replace(
    CONFIG, paired=0.5, mixed=0.5, mixup=0.2, source_balance=0.5, content_balance=0.5
)


@pytest.mark.parametrize("config", [CONFIG, EVERYTHING])
def test_a_part_of_an_epoch_is_the_same_as_within_the_whole(
    small_data: Path, small_pairs: Path, config: TrainConfig
) -> None:
    whole = batches(small_data, config, small_pairs, epoch=2)
    some = batches(small_data, config, small_pairs, epoch=2, steps=range(1, 2))
    (views, labels), (part, of_part) = whole[1], some[0]
    assert np.array_equal(views, part)
    assert np.array_equal(labels, of_part)


def test_pairs_are_shown_alike_beside_the_single_pictures(
    small_data: Path, small_pairs: Path
) -> None:
    config = replace(CONFIG, paired=0.5)
    epoch = batches(small_data, config, small_pairs)
    assert len(epoch) == 16 // 4
    views, labels = epoch[3]
    assert labels.ravel()[:4].tolist() == [0, 1, 0, 1]
    for real, ai in (views[:2], views[2:4]):  # the pair is the same picture twice
        assert np.array_equal(real, ai)
    shown = [picture.path for i in range(4) for picture in _singles(epoch, i)]
    assert len(set(shown)) == 16
    assert len(batches(small_data, replace(CONFIG, paired=0.0), small_pairs)) == 2


def _singles(epoch: TrainingBatches, step: int) -> list[Picture]:
    return [epoch.pictures.single[i] for i in epoch.order[step * 4 : (step + 1) * 4]]


def test_mixed_pairs_are_labelled_by_the_share_that_is_ai(
    small_data: Path, small_pairs: Path
) -> None:
    config = replace(CONFIG, paired=0.5, mixed=1.0)
    labels = [batches(small_data, config, small_pairs)[i][1][:4].ravel() for i in range(4)]
    assert all(share == 0 for real, _, other, _ in labels for share in (real, other))
    assert all(0 < share < 1 for _, one, _, other in labels for share in (one, other))


def test_the_label_of_a_patched_view_is_the_area_that_is_patched() -> None:
    black, white = (np.full((224, 224, 3), value, np.uint8) for value in (0, 255))
    for seed in range(20):
        mixed, share = patched(black, white, np.random.default_rng(seed))
        assert (mixed == 255).mean() == share


def test_mixup_blends_pictures_and_labels(small_data: Path) -> None:
    plain, labels = batches(small_data)[0]
    views, blended = batches(small_data, replace(CONFIG, mixup=1.0))[0]
    assert views.dtype == np.uint8
    assert not np.array_equal(views, plain)
    assert np.any((blended > 0) & (blended < 1))
    assert set(labels.ravel()) == {0, 1}


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
