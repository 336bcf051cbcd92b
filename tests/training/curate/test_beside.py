"""A data set made beside another: nothing is taken twice, and no group crosses a split."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.pictures import encode

from realeyez_training.curate.curate import curate
from realeyez_training.curate.report import Report
from realeyez_training.errors import InputError

from .conftest import fill, patchwork, source

Listed = Callable[..., Path]

SIDE = 1500  # a cut of 336 pixels is not near its picture for any hash


def build(sources: Path, output: Path, **options: Any) -> Report:
    return curate(sources, output, **{"seed": 7, "shares": (1, 0, 0), **options})


def splits(output: Path) -> dict[str, str]:
    with (output / "manifest.csv").open(newline="") as file:
        return {row["origin"]: row["split"] for row in csv.DictReader(file)}


@pytest.fixture
def held(tmp_path: Path, listed: Listed) -> Path:
    """Two sources, of which one is test_unseen, and small parts cut from their pictures."""
    for name, seeds in {"seen": range(4), "unseen": range(4, 8)}.items():
        fill(tmp_path / name, seeds, side=SIDE)
    sources = listed(source("seen", split="val"), source("unseen", split="test_unseen"))
    build(sources, tmp_path / "held", compact=True)
    return tmp_path / "held"


def test_what_the_other_has_is_not_taken(tmp_path: Path, listed: Listed, held: Path) -> None:
    fill(tmp_path / "new", range(2, 10), side=SIDE)
    report = build(listed(source("new")), tmp_path / "out", beside=held)
    assert splits(tmp_path / "out") == {"0008.jpg": "train", "0009.jpg": "train"}
    assert report.dropped == {"Held": 6}


def test_groups_keep_the_splits_that_the_other_gave_them(
    tmp_path: Path, listed: Listed, held: Path
) -> None:
    for name, seeds in {"a": (0, 20), "b": (5, 21), "c": (22, 23)}.items():
        for seed in seeds:
            fill(tmp_path / "new" / name, range(seed, seed + 1), side=SIDE)
    of_val = Image.open(min((held / "images" / "seen").iterdir()))
    (tmp_path / "new" / "near.jpg").write_bytes(encode(of_val, quality=40))
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


def test_protection_is_not_lost_in_silence(tmp_path: Path, listed: Listed, held: Path) -> None:
    fill(tmp_path / "new", range(30, 32))
    sources = listed(source("new"))
    with pytest.raises(InputError, match="overlap"):
        build(sources, held, beside=held)
    with pytest.raises(InputError, match="either --listing or --beside"):
        build(sources, tmp_path / "out", beside=held, listing=held / "manifest.csv")
    min((held / "images" / "seen").iterdir()).write_bytes(b"no picture")
    with pytest.raises(InputError, match="Mend it first"):
        build(sources, tmp_path / "out", beside=held)


def test_what_is_too_small_still_links_its_group(
    tmp_path: Path, listed: Listed, held: Path
) -> None:
    (tmp_path / "new" / "a").mkdir(parents=True)
    of_val = Image.open(min((held / "images" / "seen").iterdir()))
    small = of_val.resize((150, 150))
    (tmp_path / "new" / "a" / "small.jpg").write_bytes(encode(small))
    fill(tmp_path / "new" / "a", range(20, 21))
    new = source("new", group_by="folder")
    report = build(listed(new), tmp_path / "out", beside=held, least_side=200)
    assert splits(tmp_path / "out") == {"a/0020.jpg": "val"}
    assert report.dropped == {"BelowTheLeast": 1}
