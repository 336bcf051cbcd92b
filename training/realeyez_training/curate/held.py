"""The pictures of another data set, beside which a new one is made."""

from __future__ import annotations

from pathlib import Path

from realeyez_training.curate.files import File
from realeyez_training.curate.sources import Source
from realeyez_training.data.manifest import read_manifest


def held_files(data: Path) -> list[tuple[File, str]]:
    """The pictures that `data/manifest.csv` lists, as files of a source whose split is theirs.

    With each goes the SHA-1 of the file that it was made from, or "" where that is not told.
    Raises `InputError`.
    """
    files = []
    for picture in read_manifest(data):
        source = Source.model_construct(
            name=picture.source,
            label="ai" if picture.label else "real",
            location=str(data),
            split=picture.split,
        )
        name = picture.path.relative_to(data).as_posix()
        version = str(picture.path.stat().st_size) if picture.path.is_file() else ""
        files.append((File(source, name, picture.path, version), picture.original))
    return files
