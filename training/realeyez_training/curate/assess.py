"""Pictures and their fingerprints → a report: counts, leaks, and what must not be."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realeyez_training.curate.fingerprint import Fingerprint
from realeyez_training.curate.leaks import find_leaks
from realeyez_training.curate.near_duplicates import near_duplicates
from realeyez_training.curate.report import NearDuplicates, Report, SourceCount
from realeyez_training.curate.splits import SPLITS
from realeyez_training.data.manifest import Picture

LABELS = ("real", "ai")


def assess(
    data: Path,
    pictures: Sequence[Picture],
    fingerprints: Sequence[Fingerprint],
    *,
    dropped: Mapping[str, int] | None = None,
    faults: Sequence[str] = (),
) -> Report:
    """Compare all with all. `data` is the pictures' folder; `faults` are those already known."""
    names = [os.path.relpath(picture.path, data) for picture in pictures]
    pairs = near_duplicates(fingerprints)
    groups = Counter(picture.group for picture in pictures)
    return Report(
        labels={
            name: _by_split(picture for picture in pictures if LABELS[picture.label] == name)
            for name in LABELS
        },
        sources=_by_source(pictures),
        largest_group=max(groups.values(), default=0),
        near_duplicates=NearDuplicates(
            pairs=len(pairs),
            across_labels=[
                (names[i], names[j]) for i, j in pairs if pictures[i].label != pictures[j].label
            ],
        ),
        leaks=find_leaks(pictures, fingerprints),
        dropped=dict(dropped or {}),
        faults=[
            *faults,
            *_group_faults(pictures),
            *_pair_faults(pairs, names, pictures, fingerprints),
        ],
    )


def _by_split(pictures: Iterable[Picture]) -> dict[str, int]:
    counts = Counter(picture.split for picture in pictures)
    return {split: counts[split] for split in SPLITS}


def _by_source(pictures: Sequence[Picture]) -> list[SourceCount]:
    labels = Counter(picture.label for picture in pictures)
    sources: dict[tuple[int, str, str], list[Picture]] = defaultdict(list)
    for picture in pictures:
        sources[picture.label, picture.source, picture.generator].append(picture)
    return [
        SourceCount(
            label=LABELS[label],
            source=source,
            generator=generator,
            splits=_by_split(there),
            share=len(there) / labels[label],
        )
        for (label, source, generator), there in sorted(sources.items())
    ]


def _group_faults(pictures: Iterable[Picture]) -> list[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for picture in pictures:
        splits[picture.group].add(picture.split)
    return [
        f"The group {group} crosses splits: {', '.join(sorted(there))}."
        for group, there in splits.items()
        if len(there) > 1
    ]


def _pair_faults(
    pairs: NDArray[np.int64],
    names: Sequence[str],
    pictures: Sequence[Picture],
    fingerprints: Sequence[Fingerprint],
) -> list[str]:
    """Files that are there twice, and near-duplicates in different splits."""
    faults = []
    for i, j in pairs:
        if fingerprints[i].sha256 == fingerprints[j].sha256:
            same = "the same file as"
        elif pictures[i].split != pictures[j].split:
            same = "nearly the same picture as"
        else:
            continue
        splits = f"{pictures[i].split}, {pictures[j].split}"
        faults.append(f"{names[i]} is {same} {names[j]} ({splits}).")
    return faults
