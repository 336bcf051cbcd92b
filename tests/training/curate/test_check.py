"""A sound data set, spoilt in one way after another."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.pictures import encode
from typer.testing import CliRunner

from realeyez_training.cli import app
from realeyez_training.curate.check import check
from realeyez_training.errors import InputError

from .conftest import patchwork

Rows = list[dict[str, str]]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Six pictures, two in each of three splits; one real and one AI."""
    made = []
    for seed in range(6):
        path, split = f"{seed}.jpg", ("train", "val", "test_unseen")[seed // 2]
        (tmp_path / path).write_bytes(encode(patchwork(seed)))
        label, generator = (("ai", f"drawn-{split}"), ("real", ""))[seed % 2]
        made.append(
            {
                "path": path,
                "label": label,
                "split": split,
                "source": split,
                "generator": generator,
                "group": path,
                "width": "200",
            }
        )
    write(tmp_path, made)
    return tmp_path


def write(data: Path, made: Rows) -> None:
    with (data / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, made[0])
        writer.writeheader()
        writer.writerows(made)


def read(data: Path) -> Rows:
    with (data / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def alter(data: Path, row: int, **columns: str) -> None:
    made = read(data)
    made[row] |= columns
    write(data, made)


def test_a_sound_data_set_has_no_faults(sound: Path) -> None:
    files = sorted(sound.iterdir())
    report = check(sound)
    assert report.faults == []
    assert report.leaks.unseen_that_are_seen == []
    assert report.labels["real"] == {"train": 1, "val": 1, "test_seen": 0, "test_unseen": 1}
    assert sorted(sound.iterdir()) == files


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: (data / "0.jpg").unlink(), "0.jpg: No such file"),
        (lambda data: (data / "0.jpg").write_bytes(b"words"), "0.jpg: This is not a picture"),
        (lambda data: alter(data, 1, path="0.jpg"), "0.jpg is listed twice"),
        (lambda data: alter(data, 0, path=f"../{data.name}/0.jpg"), "lies outside the folder"),
        (lambda data: alter(data, 0, path=str(data / "0.jpg")), "lies outside the folder"),
        (lambda data: alter(data, 0, split="training"), "'training' is none of the splits"),
        (lambda data: alter(data, 0, width="201"), "0.jpg: width is 200, not 201"),
        (lambda data: alter(data, 0, group="2.jpg"), "group 2.jpg crosses splits: train, val"),
        (
            lambda data: shutil.copy(data / "0.jpg", data / "1.jpg"),
            "0.jpg is the same file as 1.jpg (train, train)",
        ),
        (
            lambda data: (data / "2.jpg").write_bytes(encode(patchwork(0), quality=40)),
            "0.jpg is nearly the same picture as 2.jpg (train, val)",
        ),
    ],
)
def test_every_fault_is_told(sound: Path, spoil: Callable[[Path], object], told: str) -> None:
    spoil(sound)
    assert any(told in fault for fault in check(sound).faults)
    result = CliRunner().invoke(app, ["curate", "--check", str(sound)])
    assert result.exit_code == 1
    assert told in result.output


def test_near_duplicates_of_one_split_are_no_fault(sound: Path) -> None:
    (sound / "1.jpg").write_bytes(encode(patchwork(0), quality=40))
    report = check(sound)
    assert report.faults == []
    assert report.near_duplicates.across_labels == [("0.jpg", "1.jpg")]


def test_generators_that_are_seen_after_all_are_told(sound: Path) -> None:
    alter(sound, 4, generator="drawn-train")
    assert check(sound).leaks.unseen_that_are_seen == ["drawn-train"]


def test_a_manifest_that_is_none_is_told(sound: Path, tmp_path: Path) -> None:
    write(sound, [{"path": "0.jpg", "label": "real"}])
    with pytest.raises(InputError, match="lacks the columns"):
        check(sound)


def test_the_command_says_what_it_needs() -> None:
    for arguments in ([], ["--sources", "a.toml"], ["--check", "a", "--sources", "b.toml"]):
        result = CliRunner().invoke(app, ["curate", *arguments])
        assert result.exit_code == 2
        assert "--check alone" in result.output


def large_and_small(data: Path, leak: bool) -> None:
    """Twenty pictures of each label; `leak`: the AI ones are larger."""
    sides = np.random.default_rng(3).integers(100, 200, 40)
    made = []
    for seed, side in enumerate(sides):
        label = ("real", "ai")[seed % 2]
        picture = patchwork(seed, 300 if leak and label == "ai" else int(side))
        (data / f"{seed}.jpg").write_bytes(encode(picture))
        made.append(
            {
                "path": f"{seed}.jpg",
                "label": label,
                "split": "train",
                "source": label,
                "generator": "",
                "group": str(seed),
                "content": ("food", "")[seed % 2],
            }
        )
    write(data, made)


def test_sizes_that_tell_the_label_are_a_leak(tmp_path: Path) -> None:
    for leak in (True, False):
        folder = tmp_path / str(leak)
        folder.mkdir()
        large_and_small(folder, leak)
    leaks = check(tmp_path / "True").leaks
    assert leaks.metadata_auc is not None
    assert leaks.metadata_auc > 0.95
    assert leaks.one_label_contents == {"food": "real"}
    even = check(tmp_path / "False").leaks.metadata_auc
    assert even is not None
    assert 0.2 < even < 0.8


def test_too_few_groups_are_not_measured(sound: Path) -> None:
    assert check(sound).leaks.metadata_auc is None
