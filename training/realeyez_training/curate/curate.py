"""Folders and S3 prefixes → a data set: `manifest.csv`, its pictures, and a report.

    list → survey → choose → prepare and place → manifest → report

The output folder also holds `dropped.csv`, every file that was not taken and why, and
`curate.jsonl`, by which a run that was stopped goes on, and another run reads nothing twice.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import track

from realeyez_training.curate.assess import assess
from realeyez_training.curate.choose import Chosen, Dropped, Found, choose
from realeyez_training.curate.files import Reader, list_files
from realeyez_training.curate.fingerprint import Fingerprint
from realeyez_training.curate.held import held_files
from realeyez_training.curate.listing import as_listed, listed_files, read_listing
from realeyez_training.curate.prepare import prepare
from realeyez_training.curate.report import Report
from realeyez_training.curate.sources import read_sources
from realeyez_training.curate.splits import Shares
from realeyez_training.curate.survey import Rejection, inspect, survey
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError

JOURNAL = "curate.jsonl"


def curate(
    sources: Path,
    output: Path,
    *,
    seed: int,
    shares: Shares,
    most_per_source: int | None = None,
    least_side: int = 0,
    compact: bool = False,
    beside: Path | None = None,
    listing: Path | None = None,
) -> Report:
    """Build a data set, or go on building it.

    least_side: pixels that the short side of a picture must have.
    compact: keep pictures small, as `prepare` does.
    beside: another data set; its pictures are not taken, and draw their groups into their splits.
    listing: take what it lists, as it lists it, and choose nothing: no other option has a say.

    Raises `InputError` if the sources or the output folder do not fit, with what to do.
    """
    listed = read_sources(sources)
    if listing and beside:
        raise InputError("A listing says what is taken. Give either --listing or --beside.")
    folders = [Path(source.location) for source in listed if not source.on_s3]
    _claim(output, [*folders, beside] if beside else folders)
    files = [file for source in listed for file in list_files(source)]
    listed_before = read_listing(listing) if listing else None
    if listed_before:
        files = listed_files(files, listed_before)
    originals = held_files(beside) if beside else {}
    reader = Reader(files, output / "downloads")
    found: list[Found] = []
    dropped: list[Dropped] = []
    findings = survey([*files, *originals], reader.read, output / JOURNAL)
    for file, finding in zip([*files, *originals], findings, strict=True):
        if isinstance(finding, Rejection):
            if listed_before or file in originals:  # it must be there, or what it says is lost
                raise InputError(f"{file.address}: {finding.reason} Mend it first.")
            dropped.append((file, finding))
        else:
            original = originals.get(file, "")
            found.append(Found(file, finding, held=file in originals, original=original))
    if listed_before:
        chosen = as_listed(found, listed_before)
    else:
        chosen, left = choose(found, seed, shares, most_per_source, least_side)
        dropped += left
    if not chosen:
        _write_dropped(output / "dropped.csv", dropped)
        raise InputError(f"No file of {sources} can be taken: {output / 'dropped.csv'} says why.")
    pictures = {_path(one, compact): one for one in chosen}
    placed, spoilt = _place_all(pictures, reader, output, compact)
    dropped += spoilt
    if not placed or (spoilt and listed_before):
        file, rejection = spoilt[0]
        raise InputError(f"What is made of {file.address} is no picture: {rejection.reason}")
    _write_dropped(output / "dropped.csv", dropped)
    _write_manifest(output / "manifest.csv", pictures, placed)
    _tidy(output, placed)
    report = assess(
        output,
        read_manifest(output),
        list(placed.values()),
        dropped=Counter(rejection.kind for _, rejection in dropped),
    )
    (output / "report.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return report


def _claim(output: Path, folders: Iterable[Path]) -> None:
    """Make the output folder, or make sure that it is one, apart from those that are read."""
    output = output.resolve()
    for folder in (folder.resolve() for folder in folders):
        if folder.is_relative_to(output) or output.is_relative_to(folder):
            raise InputError(f"{output} and {folder} overlap. Name another --output.")
    if output.exists() and any(output.iterdir()) and not (output / JOURNAL).exists():
        raise InputError(f"{output} holds something else. Name an empty or a new --output.")
    output.mkdir(parents=True, exist_ok=True)
    (output / JOURNAL).touch()


def _path(one: Chosen, compact: bool) -> str:
    """Named by its bytes: no clash, and nothing of the original name is left to leak."""
    picture, source = one.found.fingerprint, one.found.file.source
    suffix = picture.format.lower().replace("jpeg", "jpg")
    if compact or source.grid > 1:  # made of the file: not to be confused with it
        suffix = f"{source.grid}x{source.grid}." + ("compact.jpg" if compact else "png")
    return f"images/{source.name}/{picture.sha256[:16]}.{suffix}"


def _place_all(
    pictures: Mapping[str, Chosen], reader: Reader, output: Path, compact: bool
) -> tuple[dict[str, Fingerprint], list[Dropped]]:
    """Put each picture at its path; what is made of a file is looked at again."""
    placed: dict[str, Fingerprint] = {}
    spoilt: list[Dropped] = []
    place = partial(_place, pictures, reader, output, compact)
    made = [name for name, one in pictures.items() if compact or one.found.file.source.grid > 1]
    kept = sorted(pictures.keys() - made)
    for name in track(kept, "Placing pictures", console=Console(stderr=True), disable=not kept):
        place(name)
        placed[name] = pictures[name].found.fingerprint
    for name, finding in inspect(made, place, "Making pictures"):
        if isinstance(finding, Rejection):
            spoilt.append((pictures[name].found.file, finding))
        else:
            placed[name] = finding
    return dict(sorted(placed.items())), spoilt


def _place(
    pictures: Mapping[str, Chosen], reader: Reader, output: Path, compact: bool, name: str
) -> bytes:
    """Put a picture at its path, unless it is there, and return its bytes.

    Raises a `PictureError` if what is made of the file is no picture that is read.
    """
    found, path = pictures[name].found, output / name
    if path.exists():
        return path.read_bytes()
    data = reader.read(found.file)
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise InputError(f"{found.file.address} changed meanwhile. Run the command again.")
    data = prepare(data, grid=found.file.source.grid, compact=compact)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return data


def _write_manifest(
    path: Path, pictures: Mapping[str, Chosen], placed: Mapping[str, Fingerprint]
) -> None:
    rows = [_row(name, pictures[name], picture) for name, picture in placed.items()]
    part = path.with_suffix(".part")
    # A file's name may hold bytes that are no UTF-8, and a listing must find it again.
    with part.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)


def _row(path: str, one: Chosen, picture: Fingerprint) -> dict[str, str | int]:
    source = one.found.file.source
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
        "origin": one.found.file.name,
        "orig_sha1": one.found.fingerprint.sha1,
    }


def _write_dropped(path: Path, dropped: Iterable[Dropped]) -> None:
    # A file's name may hold bytes that are no UTF-8.
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "file", "kind", "reason"])
        for one, rejection in dropped:
            writer.writerow([one.source.name, one.address, rejection.kind, rejection.reason])


def _tidy(output: Path, placed: Iterable[str]) -> None:
    """Take away what an earlier run with other options had placed, and the downloads."""
    listed = {output / path for path in placed}
    for path in (output / "images").rglob("*"):
        if path.is_file() and path not in listed:
            path.unlink()
    shutil.rmtree(output / "downloads", ignore_errors=True)
