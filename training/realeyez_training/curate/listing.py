"""A list of pictures that were chosen before, to make the same data set again.

A CSV with the columns `source`, `origin` (the file's name below the source's location),
`orig_sha1`, `group` and `split`: any `manifest.csv` that `curate` wrote is one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from realeyez_training.curate.choose import Chosen, Found
from realeyez_training.curate.files import File
from realeyez_training.curate.splits import SPLITS, Split
from realeyez_training.errors import InputError

COLUMNS = ("source", "origin", "orig_sha1", "group", "split")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a file."""

    sha1: str
    group: str
    split: Split


Listing = Mapping[tuple[str, str], Listed]  # by the names of source and file


def read_listing(path: Path) -> Listing:
    """Raises `InputError`."""
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Cannot read the list {path}: {error}.") from error
    if missing := [name for name in COLUMNS if not rows or name not in rows[0]]:
        raise InputError(f"{path} lists nothing or lacks the columns {', '.join(missing)}.")
    if unknown := {row["split"] for row in rows} - set(SPLITS):
        raise InputError(f"{path} has splits that are none of {', '.join(SPLITS)}: {unknown}.")
    return {
        (row["source"], row["origin"]): Listed(
            row["orig_sha1"], row["group"], cast("Split", row["split"])
        )
        for row in rows
    }


def listed_files(files: Sequence[File], listing: Listing) -> list[File]:
    """The files that the list names. Raises `InputError` if some are not there."""
    there = [file for file in files if (file.source.name, file.name) in listing]
    missing = listing.keys() - {(file.source.name, file.name) for file in there}
    if missing:
        source, name = min(missing)
        raise InputError(f"{len(missing)} listed files are not there, such as {name} of {source}.")
    return there


def as_listed(found: Sequence[Found], listing: Listing) -> list[Chosen]:
    """Every file with its group and split. Raises `InputError` if one has other bytes."""
    chosen = []
    for one in found:
        listed = listing[one.file.source.name, one.file.name]
        if one.fingerprint.sha1 != listed.sha1:
            raise InputError(f"{one.file.address} is not the file that is listed: other bytes.")
        chosen.append(Chosen(one, listed.group, listed.split))
    return chosen
