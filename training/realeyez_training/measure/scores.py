"""What a detector said of every picture under every condition, and the CSV that keeps it.

One row a picture. The columns `path` to `group` are the manifest's; `width` to `bytes` describe the
clean file that the detector was given (for the null check; other detectors may leave them out); and
one column a condition holds P(AI), from 0 to 1.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realeyez_training.data.conditions import CONDITIONS
from realeyez_training.data.manifest import Picture
from realeyez_training.errors import InputError

Floats = NDArray[np.float64]
Names = NDArray[np.str_]
Rows = Sequence[dict[str, str]]

SPLITS = ("val", "test_seen", "test_unseen")
_DESCRIPTION = ("path", "split", "label", "generator", "source", "content", "group")
_METADATA = ("width", "height", "quantisation", "bytes")


@dataclass(frozen=True, slots=True)
class Slice:
    """A split under one condition. All arrays `[n]`; `labels` is True for AI."""

    labels: NDArray[np.bool_]
    probabilities: Floats
    generators: Names
    sources: Names
    groups: Names

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Slice":
        return Slice(
            self.labels[rows],
            self.probabilities[rows],
            self.generators[rows],
            self.sources[rows],
            self.groups[rows],
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """A detector's scores. Arrays are `[pictures]`; `metadata` is `[pictures, 4]` or missing."""

    description: dict[str, Names]
    probabilities: dict[str, Floats]
    metadata: Floats | None

    @property
    def splits(self) -> list[str]:
        return [split for split in SPLITS if split in self.description["split"]]

    def slice(self, split: str, condition: str) -> Slice:
        of_split = self.description["split"] == split
        return Slice(
            labels=self.description["label"] == "ai",
            probabilities=self.probabilities[condition],
            generators=self.description["generator"],
            sources=self.description["source"],
            groups=self.description["group"],
        ).take(of_split)


def describe(pictures: Sequence[Picture], data: Path) -> dict[str, Names]:
    """The describing columns of pictures in the folder `data`."""
    rows = [
        (
            picture.path.relative_to(data).as_posix(),
            picture.split,
            "ai" if picture.label else "real",
            picture.generator,
            picture.source,
            picture.content,
            picture.group,
        )
        for picture in pictures
    ]
    columns = zip(*rows, strict=True)
    return {name: np.array(column) for name, column in zip(_DESCRIPTION, columns, strict=True)}


def write_scores(path: Path, scores: Scores) -> None:
    columns = dict(scores.description)
    if scores.metadata is not None:
        for name, values in zip(_METADATA, scores.metadata.T, strict=True):
            columns[name] = _exact(values)
    for condition, values in scores.probabilities.items():
        columns[condition] = _exact(values)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(zip(*columns.values(), strict=True))


def read_scores(path: Path) -> Scores:
    """Read scores of any detector. Raises `InputError` with what to do."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Cannot read the scores {path}: {error}.") from error
    if not rows:
        raise InputError(f"{path} holds no scores.")
    missing = [name for name in (*_DESCRIPTION, "clean") if name not in rows[0]]
    if missing:
        raise InputError(
            f"{path} lacks the columns {', '.join(missing)}. One row a picture: its columns of the "
            "manifest, and P(AI) in `clean` and in as many other conditions as you have."
        )
    if len({row["path"] for row in rows}) < len(rows):
        raise InputError(f"{path} has a picture twice. Give each one row.")
    _check(rows, "label", ("real", "ai"), path)
    _check(rows, "split", SPLITS, path)
    conditions = [name for name in CONDITIONS if name in rows[0]]
    metadata = None
    if all(name in rows[0] for name in _METADATA):
        metadata = np.column_stack([_numbers(rows, name, path, np.inf) for name in _METADATA])
    return Scores(
        description={name: np.array([row[name] for row in rows]) for name in _DESCRIPTION},
        probabilities={name: _numbers(rows, name, path, 1.0) for name in conditions},
        metadata=metadata,
    )


def _exact(values: Floats) -> Names:
    """With every digit, so that the same figures follow when they are read again."""
    return np.array([repr(float(value)) for value in values])


def _check(rows: Rows, column: str, known: Sequence[str], path: Path) -> None:
    for i, row in enumerate(rows):
        if row[column] not in known:
            raise InputError(
                f"{path}, line {i + 2}: the {column} {row[column]!r} is none of {', '.join(known)}."
            )


def _numbers(rows: Rows, column: str, path: Path, most: float) -> Floats:
    values = np.empty(len(rows))
    for i, row in enumerate(rows):
        try:
            values[i] = float(row[column])
        except (TypeError, ValueError):  # too few columns, or no number
            values[i] = np.nan
        if not 0.0 <= values[i] <= most:
            raise InputError(
                f"{path}, line {i + 2}: {column} is {row[column]!r}; "
                f"it must be a number from 0 to {most:g}."
            )
    return values
