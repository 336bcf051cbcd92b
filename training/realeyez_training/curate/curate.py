"""Folders and S3 prefixes → a data set: `manifest.csv`, its pictures, and a report.

    list → survey → choose → place → manifest → report

The output folder also holds `dropped.csv`, every file that was not taken and why, and
`curate.jsonl`, by which a run that was stopped goes on, and another run reads nothing twice.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import track

from realeyez_training.curate.assess import assess
from realeyez_training.curate.choose import Chosen, Dropped, Found, choose
from realeyez_training.curate.files import Reader, list_files
from realeyez_training.curate.fingerprint import Fingerprint
from realeyez_training.curate.report import Report
from realeyez_training.curate.sources import Source, read_sources
from realeyez_training.curate.splits import Shares
from realeyez_training.curate.survey import survey
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError

JOURNAL = "curate.jsonl"


def curate(
    sources: Path, output: Path, *, seed: int, shares: Shares, most_per_source: int | None = None
) -> Report:
    """Build a data set, or go on building it.

    Raises `InputError` if the sources or the output folder do not fit, with what to do.
    """
    listed = read_sources(sources)
    _claim(output, listed)
    files = [file for source in listed for file in list_files(source)]
    reader = Reader(files, output / "downloads")
    found: list[Found] = []
    dropped: list[Dropped] = []
    findings = survey(files, reader.read, output / JOURNAL)
    for file, finding in zip(files, findings, strict=True):
        if isinstance(finding, Fingerprint):
            found.append(Found(file, finding))
        else:
            dropped.append((file, finding))
    chosen, left = choose(found, seed, shares, most_per_source)
    dropped += left
    _write_dropped(output / "dropped.csv", dropped)
    if not chosen:
        raise InputError(f"No file of {sources} can be taken: {output / 'dropped.csv'} says why.")
    pictures = {_path(one): one for one in sorted(chosen, key=_path)}
    console = Console(stderr=True)
    for path, one in track(pictures.items(), "Placing pictures", console=console):
        _place(one.found, reader, output / path)
    _write_manifest(output / "manifest.csv", pictures)
    _tidy(output, pictures)
    report = assess(
        output,
        read_manifest(output),
        [one.found.fingerprint for one in pictures.values()],
        dropped=Counter(rejection.kind for _, rejection in dropped),
    )
    (output / "report.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return report


def _claim(output: Path, sources: Iterable[Source]) -> None:
    """Make the output folder, or make sure that it is one."""
    output = output.resolve()
    for source in sources:
        folder = Path(source.location)
        if not source.on_s3 and (folder.is_relative_to(output) or output.is_relative_to(folder)):
            raise InputError(f"{output} and the source {folder} overlap. Name another --output.")
    if output.exists() and any(output.iterdir()) and not (output / JOURNAL).exists():
        raise InputError(f"{output} holds something else. Name an empty or a new --output.")
    output.mkdir(parents=True, exist_ok=True)
    (output / JOURNAL).touch()


def _path(one: Chosen) -> str:
    """Named by its bytes: no clash, and nothing of the original name is left to leak."""
    picture = one.found.fingerprint
    suffix = picture.format.lower().replace("jpeg", "jpg")
    return f"images/{one.found.file.source.name}/{picture.sha256[:16]}.{suffix}"


def _place(found: Found, reader: Reader, path: Path) -> None:
    picture = found.fingerprint
    if path.exists() and path.stat().st_size == picture.bytes:
        return
    data = reader.read(found.file)
    if hashlib.sha256(data).hexdigest() != picture.sha256:
        raise InputError(f"{found.file.address} changed meanwhile. Run the command again.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _write_manifest(path: Path, pictures: Mapping[str, Chosen]) -> None:
    rows = [_row(name, one) for name, one in pictures.items()]
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)


def _row(path: str, one: Chosen) -> dict[str, str | int]:
    source, picture = one.found.file.source, one.found.fingerprint
    return {
        "path": path,
        "label": source.label,
        "source": source.name,
        "generator": source.generator,
        "split": one.split,
        "group": one.group,
        "content": source.content,
        "width": picture.width,
        "height": picture.height,
        "format": picture.format,
        "sha256": picture.sha256,
    }


def _write_dropped(path: Path, dropped: Iterable[Dropped]) -> None:
    # A file's name may hold bytes that are no UTF-8.
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "file", "kind", "reason"])
        for one, rejection in dropped:
            writer.writerow([one.source.name, one.address, rejection.kind, rejection.reason])


def _tidy(output: Path, pictures: Mapping[str, Chosen]) -> None:
    """Take away what an earlier run with other options had placed, and the downloads."""
    listed = {output / path for path in pictures}
    for path in (output / "images").rglob("*"):
        if path.is_file() and path not in listed:
            path.unlink()
    shutil.rmtree(output / "downloads", ignore_errors=True)
