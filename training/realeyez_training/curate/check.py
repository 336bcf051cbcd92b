"""A data set's folder → a report of it, after a look at every file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from realeyez_training.curate.assess import assess
from realeyez_training.curate.files import read_file
from realeyez_training.curate.report import Report
from realeyez_training.curate.splits import SPLITS
from realeyez_training.curate.survey import Rejection, inspect
from realeyez_training.data.manifest import read_manifest

COMPARED = ("width", "height", "format", "sha256")  # a manifest may have any of these columns


def check(data: Path) -> Report:
    """Read every picture that `data/manifest.csv` lists, and write nothing.

    Raises `InputError` if the manifest itself cannot be read.
    """
    pictures = read_manifest(data)
    with (data / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    faults, readable, fingerprints = _row_faults(rows), [], []
    findings = inspect(pictures, lambda picture: read_file(picture.path))
    for (picture, finding), row in zip(findings, rows, strict=True):
        if isinstance(finding, Rejection):
            faults.append(f"{row['path']}: {finding.reason}")
            continue
        for column in COMPARED:
            there = str(getattr(finding, column))
            if row.get(column, there) != there:
                faults.append(f"{row['path']}: {column} is {there}, not {row[column]}.")
        readable.append(picture)
        fingerprints.append(finding)
    return assess(data, readable, fingerprints, faults=faults)


def _row_faults(rows: Iterable[dict[str, str]]) -> list[str]:
    faults, seen = [], set()
    for row in rows:
        path = PurePosixPath(row["path"])
        if path in seen:
            faults.append(f"{path} is listed twice.")
        if path.is_absolute() or ".." in path.parts:
            faults.append(f"{path} lies outside the folder.")
        if row["split"] not in SPLITS:
            faults.append(f"{path}: {row['split']!r} is none of the splits {', '.join(SPLITS)}.")
        seen.add(path)
    return faults
