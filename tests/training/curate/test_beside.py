"""A data set made beside another: nothing is taken twice, and no group crosses a split."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import encode

from realeyez_training.curate.curate import curate
from realeyez_training.curate.report import Report
from realeyez_training.errors import InputError

from .conftest import fill, patchwork, source

Listed = Callable[..., Path]


def build(sources: Path, output: Path, **options: Any) -> Report:
    return curate(sources, output, **{"seed": 7, "shares": (1, 0, 0), **options})


def splits(output: Path) -> dict[str, str]:
    with (output / "manifest.csv").open(newline="") as file:
        return {row["origin"]: row["split"] for row in csv.DictReader(file)}


@pytest.fixture
def held(tmp_path: Path, listed: Listed) -> Path:
    """Two sources, of which one is test_unseen, and mere cuts of their pictures."""
    fill(tmp_path / "seen", range(4))
    fill(tmp_path / "unseen", range(4, 8))
    sources = listed(source("seen", split="val"), source("unseen", split="test_unseen"))
    build(sources, tmp_path / "held", compact=True)
    return tmp_path / "held"


def test_what_the_other_has_is_not_taken(tmp_path: Path, listed: Listed, held: Path) -> None:
    fill(tmp_path / "new", range(2, 10))
    report = build(listed(source("new")), tmp_path / "out", beside=held)
    assert splits(tmp_path / "out") == {"0008.jpg": "train", "0009.jpg": "train"}
    assert report.dropped == {"Held": 6}


def test_groups_keep_the_splits_that_the_other_gave_them(
    tmp_path: Path, listed: Listed, held: Path
) -> None:
    for name, seeds in {"a": (0, 20), "b": (5, 21), "c": (22, 23)}.items():
        for seed in seeds:
            fill(tmp_path / "new" / name, range(seed, seed + 1))
    near = tmp_path / "new" / "near.jpg"
    near.write_bytes(encode(patchwork(3), quality=40))  # of a picture that val has
    report = build(listed(source("new", group_by=r"^(\w)/")), tmp_path / "out", beside=held)
    assert splits(tmp_path / "out") == {
        "a/0020.jpg": "val",
        "c/0022.jpg": "train",
        "c/0023.jpg": "train",
        "near.jpg": "val",
    }
    assert report.dropped == {"Held": 2, "SplitConflict": 1}


def test_a_data_set_is_made_again_from_its_list(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "new", range(9))
    sources = listed(source("new"))
    build(sources, tmp_path / "out", shares=(1, 1, 0), most_per_source=5, compact=True)
    listing = tmp_path / "out" / "manifest.csv"
    fill(tmp_path / "new", range(20, 24))  # more has come since
    build(sources, tmp_path / "again", listing=listing, compact=True)
    assert (tmp_path / "again" / "manifest.csv").read_text() == listing.read_text()

    (tmp_path / "new" / min(splits(tmp_path / "out"))).write_bytes(encode(patchwork(99)))
    with pytest.raises(InputError, match="other bytes"):
        build(sources, tmp_path / "changed", listing=listing)
    (tmp_path / "new" / min(splits(tmp_path / "out"))).unlink()
    with pytest.raises(InputError, match="1 listed files are not there"):
        build(sources, tmp_path / "missing", listing=listing)


def test_a_list_that_is_none_is_told(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "new", range(1))
    (tmp_path / "list.csv").write_text("source,origin\nnew,0000.jpg\n")
    with pytest.raises(InputError, match="orig_sha1, group, split"):
        build(listed(source("new")), tmp_path / "out", listing=tmp_path / "list.csv")
    with pytest.raises(InputError, match="Cannot read"):
        build(listed(source("new")), tmp_path / "out", listing=tmp_path / "none.csv")
