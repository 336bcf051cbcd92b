from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from realeyez_training.dataset import TrainingBatches, ValidationBatches, read_manifest
from realeyez_training.errors import InputError


def batches(data: Path, *, seed: int = 1, epoch: int = 0) -> TrainingBatches:
    return TrainingBatches(read_manifest(data, "train"), batch=8, size=96, seed=seed, epoch=epoch)


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
    same = {"batch": 8, "size": 96, "seed": 1, "epoch": 0}
    views, labels = TrainingBatches(pictures, **same)[0]
    swapped_views, swapped_labels = TrainingBatches(swapped, **same)[0]
    assert np.array_equal(views, swapped_views)
    assert np.array_equal(labels, 1 - swapped_labels)


def test_validation_shows_two_views_a_picture(small_data: Path) -> None:
    validation = ValidationBatches(read_manifest(small_data, "val"), batch=30, size=96)
    assert len(validation) == 3
    views, labels = validation[2]
    assert views.shape == (8, 96, 96, 3)
    assert np.array_equal(labels[::2], labels[1::2])


def test_a_missing_or_malformed_manifest_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.csv").write_text("path,label\na.jpg,real\n")
    with pytest.raises(InputError, match="generator, group, source, split"):
        read_manifest(tmp_path)
    columns = "path,label,source,generator,split,group"
    (tmp_path / "manifest.csv").write_text(f"{columns}\na.jpg,fake,s,,train,g\n")
    with pytest.raises(InputError, match="'fake'"):
        read_manifest(tmp_path)


def test_no_group_of_the_data_set_crosses_splits(data: Path) -> None:
    splits = defaultdict(set)
    for picture in read_manifest(data):
        splits[picture.group].add(picture.split)
    assert all(len(found) == 1 for found in splits.values())
