"""Files → their fingerprints, or why they have none; a survey that was killed is gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from realeyez.pipeline.errors import PictureError
from realeyez_training.curate.files import File, Unreadable
from realeyez_training.curate.fingerprint import Fingerprint, fingerprint

THREADS = 4  # the largest picture may take its decoder a gigabyte

COLUMNS = {field.name for field in fields(Fingerprint)}

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a file is dropped: a kind to count by, and a sentence."""

    kind: str
    reason: str


def survey(
    files: Sequence[File], read: Callable[[File], bytes], journal: Path
) -> list[Fingerprint | Rejection]:
    """What is found in each file, in their order.

    journal: a file that keeps every finding as soon as it is made, and spares reading twice.
    Raises what `read` raises, as `inspect` does.
    """
    known = _read_journal(journal)
    missing = {file.key: file for file in files if file.key not in known}  # sources may overlap
    with journal.open("a", encoding="utf-8", buffering=1) as lines:  # each line is written at once
        for file, finding in inspect(list(missing.values()), read):
            known[file.key] = finding
            if not _is_passing(finding):
                lines.write(json.dumps([file.key, asdict(finding)]) + "\n")
    return [known[file.key] for file in files]


def inspect(
    items: Sequence[Item], read: Callable[[Item], bytes], doing: str = "Reading pictures"
) -> Iterator[tuple[Item, Fingerprint | Rejection]]:
    """Read and fingerprint each, in order, under a progress bar.

    A `PictureError`, of `read` too, rejects the one item; anything else is raised.
    """

    def find(item: Item) -> Fingerprint | Rejection:
        try:
            return fingerprint(read(item))
        except PictureError as error:
            return Rejection(type(error).__name__, str(error))

    pool = ThreadPoolExecutor(THREADS)
    try:
        findings = track(
            zip(items, pool.map(find, items), strict=True),
            description=doing,
            total=len(items),
            console=Console(stderr=True),
        )
        yield from findings
    finally:
        pool.shutdown(cancel_futures=True)


def _is_passing(finding: Fingerprint | Rejection) -> bool:
    """Whether another run may find otherwise, though the file is the same."""
    return isinstance(finding, Rejection) and finding.kind == Unreadable.__name__


def _read_journal(path: Path) -> dict[str, Fingerprint | Rejection]:
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:  # killed within a line
        path.write_text(whole, encoding="utf-8")
    known = map(json.loads, whole.splitlines())
    return {
        key: Rejection(**told) if "kind" in told else Fingerprint(**told)
        for key, told in known
        if "kind" in told or told.keys() == COLUMNS  # else of an earlier version
    }
