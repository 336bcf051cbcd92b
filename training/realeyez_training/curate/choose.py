"""Which pictures a data set takes of those found, and the group and split of each."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realeyez_training.curate.files import File
from realeyez_training.curate.fingerprint import Fingerprint
from realeyez_training.curate.near_duplicates import near_duplicates
from realeyez_training.curate.splits import SPLITS, Shares, Split, draw_split, join_groups
from realeyez_training.curate.survey import Rejection

UNSEEN: Split = "test_unseen"


@dataclass(frozen=True, slots=True)
class Found:
    """A file and the picture in it.

    held: another data set has it, so it is not taken, but draws its group into its split.
    original: the SHA-1 of the file that a held picture was made from, where that is known.
    """

    file: File
    fingerprint: Fingerprint
    held: bool = False
    original: str = ""

    @property
    def shortest(self) -> int:
        """Pixels of the short side of the picture, or of one panel of a sheet."""
        return min(self.fingerprint.width, self.fingerprint.height) // self.file.source.grid

    @property
    def sha256(self) -> str:
        return self.fingerprint.sha256


@dataclass(frozen=True, slots=True)
class Chosen:
    """A picture that is taken; no group crosses a split."""

    found: Found
    group: str
    split: Split


Dropped = tuple[File, Rejection]


def choose(
    found: Sequence[Found],
    seed: int,
    shares: Shares,
    most_per_source: int | None = None,
    least_side: int = 0,
) -> tuple[list[Chosen], list[Dropped]]:
    """Drop what is held, contradicted, too small, across a split, a copy, or over a source's cap.

    A picture's group and split depend on its group alone, and whether it is taken on its source
    and its copies alone: to add a source moves nothing that has no near-duplicate there.
    """
    dropped: list[Dropped] = []

    def drop(one: Found, kind: str, reason: str) -> None:
        dropped.append((one.file, Rejection(kind, reason)))

    contradicted = _contradicted(found)
    for one in found:
        if not one.held and (digest := one.sha256) in contradicted:
            where = " and ".join(contradicted[digest])
            drop(one, "LabelConflict", f"The same file is real and AI: {where}.")
    agreed = [one for one in found if one.held or one.sha256 not in contradicted]
    held = {key for one in found if one.held for key in (one.original, one.fingerprint.sha1)}

    chosen: dict[str, Chosen] = {}  # by digest
    for group, members in _groups(agreed).items():
        split, fixed_by = _split_of(members, group, seed, shares)
        for one in members:
            if one.held:
                continue
            if one.fingerprint.sha1 in held:
                drop(one, "Held", "The other data set has it.")
            elif one.shortest < least_side:
                drop(one, "BelowTheLeast", f"Its short side has fewer than {least_side} pixels.")
            elif fixed_by and not _may_join(one, split):
                drop(one, "SplitConflict", f"Its group is in {split}, for {fixed_by.file.address}.")
            elif copy := chosen.get(one.sha256):
                drop(one, "Copy", f"The same file as {copy.found.file.address}.")
            else:
                chosen[one.sha256] = Chosen(one, group, split)

    taken: list[Chosen] = []
    counts: Counter[str] = Counter()
    # By digest: whether one is taken depends on its own source alone.
    for picture in sorted(chosen.values(), key=lambda it: _digest(f"{seed}/{it.found.sha256}")):
        source = picture.found.file.source.name
        if counts[source] == most_per_source:
            drop(picture.found, "OverTheCap", f"{most_per_source} of {source} are taken already.")
        else:
            taken.append(picture)
            counts[source] += 1
    return taken, dropped


def _contradicted(found: Iterable[Found]) -> dict[str, list[str]]:
    """The digests of files that are there under both labels, with all their addresses."""
    copies: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        copies[one.sha256].append(one)
    return {
        digest: [one.file.address for one in same]
        for digest, same in copies.items()
        if len({one.file.source.label for one in same}) > 1
    }


def _groups(found: Sequence[Found]) -> dict[str, list[Found]]:
    """Declared groups and near-duplicates, joined, by a name that few changes change."""
    tokens = []
    for one in found:
        declared = one.file.source.group_of(one.file.name)
        tokens.append(_digest(declared) if declared else one.sha256)
    pairs = [near_duplicates([one.fingerprint for one in found]), _made_from(found)]
    numbers = join_groups(tokens, np.concatenate(pairs))
    names: dict[int, str] = {}
    for number, token in zip(numbers, tokens, strict=True):
        names[number] = min(names.get(number, token), token)
    groups: dict[str, list[Found]] = defaultdict(list)
    for number, one in zip(numbers, found, strict=True):
        groups[names[number][:16]].append(one)
    return groups


def _made_from(found: Sequence[Found]) -> NDArray[np.int64]:
    """The indices of held pictures and of the files that they were made from: `[pairs, 2]`."""
    files = {one.fingerprint.sha1: i for i, one in enumerate(found) if not one.held}
    pairs = [
        (i, files[one.original])
        for i, one in enumerate(found)
        if one.held and one.original in files
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _split_of(
    members: Sequence[Found], group: str, seed: int, shares: Shares
) -> tuple[Split, Found | None]:
    """The group's split, and the picture that it is fixed by if it is not drawn."""
    # Of two fixed splits the later wins: a test keeps what it was given.
    fixed_by = max(members, key=lambda one: _rank(one.file.source.split))
    split = fixed_by.file.source.split
    return (split, fixed_by) if split else (draw_split(group, seed, shares), None)


def _rank(split: Split | None) -> int:
    return SPLITS.index(split) if split else -1


def _may_join(one: Found, split: Split) -> bool:
    """Into a group of a fixed split; test_unseen takes nothing of sources that are seen."""
    own = one.file.source.split
    return own == split or (own is None and split != UNSEEN)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
