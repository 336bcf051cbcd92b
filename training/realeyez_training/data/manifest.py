"""The manifest of pictures: one row a picture, in the columns of `manifest.csv`."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from realeyez_training.errors import InputError


@dataclass(frozen=True, slots=True)
class Picture:
    """One row of the manifest; `label` is 1 for AI, 0 for real.

    No group crosses a split: same prompt, person, product or event, or nearly the same picture.
    `original` is the SHA-1 of the file that the picture was made from, where that is known; `pair`
    is the path, as its own manifest tells it, of the real picture that an AI one is made of.
    """

    path: Path
    label: int
    split: str
    source: str
    generator: str
    group: str
    content: str = ""
    original: str = ""
    pair: str = ""


def read_manifest(data: Path, split: str | None = None) -> list[Picture]:
    """The pictures that `data/manifest.csv` lists, of one split or of all.

    Raises `InputError` with what to do.
    """
    path = data / "manifest.csv"
    if not path.is_file():
        raise InputError(f"{path} is missing. A data set is a folder with manifest.csv.")
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
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
                content=row.get("content", ""),
                original=row.get("orig_sha1", ""),
                pair=row.get("pair", ""),
            )
            for row in rows
            if split in (None, row["split"])
        ]
    if not pictures:
        raise InputError(f"{path} lists no picture{f' of the split {split}' if split else ''}.")
    return pictures


def pictures_digest(data: Path, pictures: Sequence[Picture]) -> str:
    """SHA-256 of what the manifest says of the pictures, in their order."""
    digest = hashlib.sha256()
    for picture in pictures:
        path = picture.path.relative_to(data).as_posix()
        told = (path, picture.label, picture.split, picture.group, picture.source, picture.pair)
        digest.update(repr(told).encode())
    return digest.hexdigest()


def _label(name: str, manifest: Path) -> int:
    if name not in ("real", "ai"):
        raise InputError(f"{manifest} has the label {name!r}; labels are real and ai.")
    return int(name == "ai")
