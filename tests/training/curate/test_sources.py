from collections.abc import Callable
from pathlib import Path

import pytest

from realeyez_training.curate.sources import Source, read_sources
from realeyez_training.errors import InputError

from .conftest import source


def test_folders_are_found_from_the_files_own_place(listed: Callable[..., Path]) -> None:
    path = listed(source("a", location="some/where"), source("b", location="s3://bucket/b"))
    folder, prefix = read_sources(path)
    assert folder.location == str(path.parent / "some" / "where")
    assert prefix.location == "s3://bucket/b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "source: Field required"),
        ("[[source]", "not TOML"),
        (source("a", colour="red"), "source 1 colour: Extra inputs are not permitted"),
        (source("a", label="fake"), "source 1 label: Input should be 'real' or 'ai'"),
        (source("a/b"), "source 1 name"),
        (source("..", location="a"), "source 1 name"),
        (source("a", split="test"), "source 1 split"),
        (source("a", generator="sd1"), "label real has none"),
        (source("a", "ai", generator=""), "label ai needs a generator"),
        (source("a", group_by="(a"), "not a regular expression"),
        (source("a", group_by="a.*"), r"one \(capture\)"),
        (source("a", group_set="set"), "say group_by too"),
        (source("a") + source("a"), "2 sources named a"),
    ],
)
def test_what_is_not_understood_is_told(listed: Callable[..., Path], text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_sources(listed(text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        read_sources(tmp_path / "sources.toml")


@pytest.mark.parametrize(
    ("rule", "name", "group"),
    [
        (None, "ann/1.jpg", None),
        ("folder", "ann/1.jpg", "people/ann"),
        ("folder", "1.jpg", "people/."),
        (r"^(\w+)-", "ann-1.jpg", "people/ann"),
        (r"^(\w+)-", "1.jpg", None),
        (r"^(\w+)-|\.jpg", "1.jpg", None),
    ],
)
def test_groups_are_told_by_names(rule: str | None, name: str, group: str | None) -> None:
    people = Source(name="people", label="real", location="people", group_by=rule)
    assert people.group_of(name) == group


def test_sources_of_one_group_set_share_groups() -> None:
    one, other = (
        Source(name=it, label="ai", generator=it, location=it, group_by="folder", group_set="p")
        for it in ("sd1", "flux1")
    )
    assert one.group_of("a cat/1.png") == other.group_of("a cat/7.png") == "p/a cat"
