"""The pictures of another data set, beside which a new one is made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from realeyez_training.curate.files import File
from realeyez_training.curate.sources import Source
from realeyez_training.curate.splits import SPLITS
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError


def held_files(data: Path) -> Mapping[File, str]:
    """The pictures that `data/manifest.csv` lists, as files of a source whose split is theirs.

    With each goes the SHA-1 of the file that it was made from, or "" where that is not told.
    Raises `InputError`.
    """
    files = {}
    for picture in read_manifest(data):
        if picture.split not in SPLITS:
            raise InputError(f"{data} has a split {picture.split!r}, none of {', '.join(SPLITS)}.")
        source = Source.model_construct(
            name=picture.source,
            label="ai" if picture.label else "real",
            location=str(data),
            split=picture.split,
        )
        name = picture.path.relative_to(data).as_posix()
        version = str(picture.path.stat().st_size) if picture.path.is_file() else ""
        files[File(source, name, picture.path, version)] = picture.original
    return files
