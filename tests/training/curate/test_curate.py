"""Data sets built from folders and S3, killed and gone on with; every file is accounted for."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.pictures import BAD, encode

from realeyez.pipeline.decode import MAX_BYTES
from realeyez_training.curate import survey
from realeyez_training.curate.check import check
from realeyez_training.curate.curate import curate
from realeyez_training.curate.fingerprint import Fingerprint, fingerprint
from realeyez_training.curate.report import Report
from realeyez_training.data import s3
from realeyez_training.errors import InputError

from .conftest import fill, patchwork, source

Listed = Callable[..., Path]
Rows = list[dict[str, str]]


class Killed(BaseException):
    """What ends a run in its midst."""


def build(sources: Path, output: Path, **options: Any) -> Report:
    return curate(sources, output, **{"seed": 7, "shares": (2, 1, 1), **options})


def rows(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def manifest(output: Path) -> Rows:
    return rows(output / "manifest.csv")


def dropped(output: Path) -> dict[str, str]:
    """The names of the files that were dropped, and the kind of reason."""
    return {Path(row["file"]).name: row["kind"] for row in rows(output / "dropped.csv")}


def by_digest(output: Path, *columns: str) -> dict[str, Sequence[str]]:
    return {row["sha256"]: [row[column] for column in columns] for row in manifest(output)}


def digest(path: Path) -> str:
    return fingerprint(path.read_bytes()).sha256


def test_a_data_set_is_built_and_is_sound(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(12))
    fill(tmp_path / "ai" / "below", range(20, 30), "png")  # JPEGs: content decides, not the name
    sources = listed(source("real", content="scene"), source("ai", "ai", split="val"))
    report = build(sources, tmp_path / "out")

    made = manifest(tmp_path / "out")
    assert len(made) == 22
    assert {row["label"] for row in made if row["generator"] == "drawn"} == {"ai"}
    assert {row["split"] for row in made if row["source"] == "ai"} == {"val"}
    assert {row["content"] for row in made if row["source"] == "real"} == {"scene"}
    for row in made:
        assert digest(tmp_path / "out" / row["path"]) == row["sha256"]
        assert (row["width"], row["height"], row["format"]) == ("200", "200", "JPEG")
    assert report.faults == check(tmp_path / "out").faults == []
    assert report.labels["ai"] == {"train": 0, "val": 10, "test_seen": 0, "test_unseen": 0}
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == report.model_dump()


def test_every_file_that_is_dropped_is_told(tmp_path: Path, listed: Listed) -> None:
    folder = fill(tmp_path / "real", range(3))
    for name in ("empty", "text", "html", "truncated", "dot", "bomb"):
        (folder / name).write_bytes(BAD[name][0])
    (folder / "large").write_bytes(encode(patchwork(4)) + bytes(MAX_BYTES))
    (folder / "nowhere").symlink_to(tmp_path / "no-such-file")
    (folder / "linked").symlink_to(fill(tmp_path / "other", range(9, 11)))
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"\xff.txt")).write_bytes(b"a name that is no UTF-8")
    report = build(listed(source("real")), tmp_path / "out")

    kinds = dropped(tmp_path / "out")
    assert len(manifest(tmp_path / "out")) + len(kinds) == len(list(folder.iterdir()))
    assert kinds == {
        "empty": "EmptyPicture",
        "text": "UnsupportedFormat",
        "html": "UnsupportedFormat",
        "truncated": "BrokenPicture",
        "dot": "TooSmall",
        "bomb": "TooManyPixels",
        "large": "TooManyBytes",
        "nowhere": "Unreadable",
        "linked": "Unreadable",
        "pipe": "Unreadable",
        r"\udcff.txt": "UnsupportedFormat",
    }
    assert sum(report.dropped.values()) == len(kinds)


def test_near_duplicates_and_declared_groups_stay_together(tmp_path: Path, listed: Listed) -> None:
    """Ann and Bob, each in a folder; a copy of one of each in another source joins all of them."""
    for person, seeds in {"ann": range(5), "bob": range(5, 10)}.items():
        fill(tmp_path / "people" / person, seeds)
    fill(tmp_path / "others" / "event", range(20, 22))
    for seed in (0, 5):
        copy = encode(patchwork(seed).resize((150, 150)), "WEBP", quality=70)
        (tmp_path / "others" / "event" / f"copy-{seed}.webp").write_bytes(copy)
    fill(tmp_path / "apart", range(40, 80))
    sources = (source("people", group_by="folder"), source("apart"))
    report = build(listed(*sources), tmp_path / "before")
    groups = by_digest(tmp_path / "before", "group")
    people = {path.parent.name: digest(path) for path in (tmp_path / "people").rglob("*.jpg")}
    assert groups[people["ann"]] != groups[people["bob"]]

    report = build(listed(*sources, source("others", "ai", group_by="folder")), tmp_path / "after")
    joined = [row for row in manifest(tmp_path / "after") if row["source"] != "apart"]
    assert len({(row["group"], row["split"]) for row in joined}) == 1
    assert report.faults == []
    assert report.near_duplicates.pairs == len(report.near_duplicates.across_labels) == 2


@pytest.mark.parametrize("seed", range(3))
def test_no_group_crosses_a_split(tmp_path: Path, listed: Listed, seed: int) -> None:
    for folder in range(30):
        fill(tmp_path / "real" / str(folder), range(3 * folder, 3 * folder + 3))
    report = build(listed(source("real", group_by="folder")), tmp_path / "out", seed=seed)
    splits = defaultdict(set)
    for row in manifest(tmp_path / "out"):
        splits[row["group"]].add(row["split"])
    assert len(splits) == 30
    assert all(len(there) == 1 for there in splits.values())
    assert {next(iter(there)) for there in splits.values()} == {"train", "val", "test_seen"}
    assert report.largest_group == 3


def test_a_file_under_both_labels_is_dropped_from_both(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(4))
    fill(tmp_path / "ai", range(3, 8))
    report = build(listed(source("real"), source("ai", "ai")), tmp_path / "out")
    contradicted = digest(tmp_path / "real" / "0003.jpg")
    assert contradicted not in by_digest(tmp_path / "out")
    assert report.dropped == {"LabelConflict": 2}
    for row in rows(tmp_path / "out" / "dropped.csv"):
        assert str(tmp_path / "real" / "0003.jpg") in row["reason"]
        assert str(tmp_path / "ai" / "0003.jpg") in row["reason"]


def test_a_copy_is_taken_once(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "a", range(4))
    fill(tmp_path / "b", range(2, 6))
    report = build(listed(source("a"), source("b")), tmp_path / "out")
    assert report.dropped == {"Copy": 2}
    assert [row["source"] for row in manifest(tmp_path / "out")].count("a") == 4


@pytest.mark.parametrize(
    ("one", "other", "taken"),
    [
        ("test_unseen", None, {"one": "test_unseen"}),  # a source that is seen has no part in it
        ("val", None, {"one": "val", "other": "val"}),
        ("train", "test_seen", {"other": "test_seen"}),
        ("test_unseen", "test_seen", {"one": "test_unseen"}),
    ],
)
def test_a_group_across_fixed_splits_goes_to_one(
    tmp_path: Path, listed: Listed, one: str, other: str | None, taken: dict[str, str]
) -> None:
    fill(tmp_path / "one", range(1))
    fill(tmp_path / "other", range(0))
    (tmp_path / "other" / "near.jpg").write_bytes(encode(patchwork(0), quality=50))
    others = {} if other is None else {"split": other}
    report = build(listed(source("one", split=one), source("other", **others)), tmp_path / "out")
    assert {row["source"]: row["split"] for row in manifest(tmp_path / "out")} == taken
    assert report.dropped == ({"SplitConflict": 1} if len(taken) == 1 else {})
    assert report.faults == []


def test_sources_are_capped_and_the_rest_is_told(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "large", range(30))
    fill(tmp_path / "small", range(40, 45))
    sources = listed(source("large"), source("small", "ai"))
    build(sources, tmp_path / "all")
    report = build(sources, tmp_path / "out", most_per_source=10)
    assert {row.source: row.splits for row in report.sources}.keys() == {"large", "small"}
    assert [sum(row.splits.values()) for row in report.sources] == [10, 5]
    assert report.dropped == {"OverTheCap": 20}
    # The same pictures as without the cap, in the same splits.
    before, after = (by_digest(tmp_path / folder, "split") for folder in ("all", "out"))
    assert after.items() <= before.items()


def test_it_is_built_the_same_again(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(20))
    sources = listed(source("real"))
    for output in ("a", "b"):
        build(sources, tmp_path / output, most_per_source=15)
    build(sources, tmp_path / "c", most_per_source=15, seed=8)
    a, b, c = ((tmp_path / output / "manifest.csv").read_text() for output in "abc")
    assert a == b != c


@pytest.mark.parametrize("first", [True, False])
def test_adding_a_source_moves_nothing(tmp_path: Path, listed: Listed, first: bool) -> None:
    fill(tmp_path / "old", range(30))
    fill(tmp_path / "new", range(30, 60))
    before, after = tmp_path / "before", tmp_path / "after"
    build(listed(source("old")), before, most_per_source=20)
    both = [source("old"), source("new")]
    build(listed(*(both[::-1] if first else both)), after, most_per_source=20)
    assert [row for row in manifest(after) if row["source"] == "old"] == manifest(before)
    assert len(manifest(after)) == 40


def test_other_options_leave_no_pictures_behind(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(9))
    sources = listed(source("real"))
    for cap in (None, 4):
        build(sources, tmp_path / "out", most_per_source=cap)
        made = {path.name for path in (tmp_path / "out" / "images").rglob("*.*")}
        assert made == {Path(row["path"]).name for row in manifest(tmp_path / "out")}
    assert len(made) == 4
    assert len(list((tmp_path / "real").iterdir())) == 9


def command(sources: Path, output: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "realeyez_training", "curate"),
        *("--sources", str(sources), "--output", str(output), "--shares", "2,1,1"),
    ]


def test_a_killed_run_is_gone_on_with(
    tmp_path: Path, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "real", range(300))
    sources, output = listed(source("real")), tmp_path / "out"
    journal = output / "curate.jsonl"
    process = subprocess.Popen(command(sources, output), stderr=subprocess.DEVNULL)
    while process.poll() is None and not (journal.exists() and journal.stat().st_size > 20_000):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (output / "manifest.csv").exists()
    known = journal.read_text().count("\n")
    with journal.open("a") as file:
        file.write('["a line that was cut o')

    read = []

    def counted(data: bytes) -> Fingerprint:
        read.append(data)
        return fingerprint(data)

    monkeypatch.setattr(survey, "fingerprint", counted)
    build(sources, output)
    assert known >= 50
    assert len(read) == 300 - known
    assert len(manifest(output)) == 300
    read.clear()
    build(sources, output)
    assert not read


def test_a_file_that_changed_is_read_again(tmp_path: Path, listed: Listed) -> None:
    path = fill(tmp_path / "real", range(2)) / "0000.jpg"
    sources = listed(source("real"))
    build(sources, tmp_path / "out")
    path.write_bytes(encode(patchwork(9)))
    build(sources, tmp_path / "out")
    assert digest(path) in by_digest(tmp_path / "out")
    assert len(manifest(tmp_path / "out")) == 2


def test_pictures_of_s3_are_fetched_once_though_the_run_is_killed(
    bucket: str, tmp_path: Path, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "ai", range(10))
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "large.bin").write_bytes(bytes(MAX_BYTES + 1))
    s3.mirror(folder, f"s3://{bucket}/curate/ai")
    sources = listed(source("ai", "ai", location=f"s3://{bucket}/curate/ai"))
    fetched: list[str] = []
    fetch = s3.fetch

    def killed_at_the_sixth(object: s3.Object, *arguments: Any) -> None:
        if len(fetched) == 5:
            raise Killed
        fetched.append(object.url)
        fetch(object, *arguments)

    def counted(object: s3.Object, *arguments: Any) -> None:
        fetched.append(object.url)
        fetch(object, *arguments)

    monkeypatch.setattr(survey, "THREADS", 1)
    monkeypatch.setattr(s3, "fetch", killed_at_the_sixth)
    with pytest.raises(Killed):
        build(sources, tmp_path / "out")
    monkeypatch.setattr(s3, "fetch", counted)
    build(sources, tmp_path / "out")
    assert len(fetched) == len(set(fetched)) == 11
    assert len(manifest(tmp_path / "out")) == 10
    assert dropped(tmp_path / "out") == {
        "broken.jpg": "UnsupportedFormat",
        "large.bin": "TooManyBytes",
    }
    assert not (tmp_path / "out" / "downloads").exists()
    assert check(tmp_path / "out").faults == []


def test_an_output_that_holds_something_else_is_refused(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(2))
    sources = listed(source("real"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        build(sources, tmp_path / "full")
    for output in (tmp_path, tmp_path / "real" / "out", tmp_path / "real"):
        with pytest.raises(InputError, match="overlap"):
            build(sources, output)


def test_a_group_rule_that_fits_no_file_is_told(tmp_path: Path, listed: Listed) -> None:
    fill(tmp_path / "real", range(2))
    with pytest.raises(InputError, match=r"fits none of its files, such as 000\d\.jpg"):
        build(listed(source("real", group_by="^person-(.+)-")), tmp_path / "out")


def test_sources_that_overlap_are_read_once(bucket: str, tmp_path: Path, listed: Listed) -> None:
    s3.mirror(fill(tmp_path / "real" / "part", range(6)), f"s3://{bucket}/overlap/part")
    sources = listed(
        source("all", location=f"s3://{bucket}/overlap"),
        source("part", location=f"s3://{bucket}/overlap/part"),
    )
    report = build(sources, tmp_path / "out")
    assert report.dropped == {"Copy": 6}
    assert len(manifest(tmp_path / "out")) == 6


def test_sources_without_pictures_are_told(tmp_path: Path, listed: Listed) -> None:
    sources = listed(source("real"))
    with pytest.raises(InputError, match="cannot be listed"):
        build(sources, tmp_path / "out")
    (tmp_path / "real").mkdir()
    with pytest.raises(InputError, match="holds no files"):
        build(sources, tmp_path / "out")
    (tmp_path / "real" / "a.jpg").write_text("no picture")
    with pytest.raises(InputError, match=r"dropped\.csv says why"):
        build(sources, tmp_path / "out")
    assert dropped(tmp_path / "out") == {"a.jpg": "UnsupportedFormat"}
