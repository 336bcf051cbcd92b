"""The real pictures of a data set → another data set: each of them as an autoencoder draws it.

    read → draw → round trip → encode as the original is → manifest

A pair has the same content, size and encoding, so that nothing but the decoder's traces tells the
two apart (AlignedForensics, arXiv 2410.11835; Dual Data Alignment, arXiv 2505.14359). The output
folder also holds `reconstruct.json`, the digests of the autoencoder that made it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.progress import track

from realeyez.pipeline.decode import decode
from realeyez.pipeline.errors import PictureError
from realeyez_training.data.manifest import Picture, read_manifest
from realeyez_training.errors import InputError
from realeyez_training.reconstruct.autoencoder import Autoencoder
from realeyez_training.reconstruct.encoding import encoding_of

CLAIM = "reconstruct.json"
MOST_PIXELS = 4_000_000  # a round trip takes about 1.1 kB of memory for each


def reconstruct(
    data: Path,
    encoder: Path,
    decoder: Path,
    output: Path,
    *,
    split: str = "train",
    most: int | None = None,
    seed: int = 7,
) -> int:
    """Make the pairs of a split's real pictures, or go on making them; returns how many there are.

    most: take no more pictures, as many of each source as can be. A picture that is there is not
    made again, and one of over 4 megapixels is left out.
    Raises `InputError` if the data, the autoencoder or the output do not fit, with what to do.
    """
    real = [picture for picture in read_manifest(data, split) if picture.label == 0]
    if not real:
        raise InputError(f"{data} has no real picture in {split}. Name another --split.")
    autoencoder = Autoencoder(encoder, decoder)
    _claim(output, data, encoder, decoder)
    console = Console(stderr=True)
    pairs: dict[str, Picture] = {}
    drawn = draw(data, real, most, seed)
    for picture in track(drawn, "Reconstructing", console=console):
        if path := _make(picture, output, autoencoder):
            pairs[path] = picture
    if left := len(drawn) - len(pairs):
        console.print(f"{left} left out: over {MOST_PIXELS:,} pixels.")
    if not pairs:
        raise InputError(f"No picture was made: all have over {MOST_PIXELS:,} pixels.")
    _write_manifest(output, data, pairs, decoder.stem.split("_decoder")[0])
    return len(pairs)


def draw(data: Path, pictures: Sequence[Picture], most: int | None, seed: int) -> list[Picture]:
    """`most` of the pictures, or all: one of every source in turn, each source's by digest."""
    sources: dict[str, list[Picture]] = defaultdict(list)
    for picture in sorted(pictures, key=lambda it: _digest(f"{seed}/{_told(data, it)}")):
        sources[picture.source].append(picture)
    turns = zip_longest(*sources.values())
    return [picture for turn in turns for picture in turn if picture][:most]


def _claim(output: Path, data: Path, encoder: Path, decoder: Path) -> None:
    """Make the output folder, or make sure that it is one, of the same autoencoder."""
    output, data = output.resolve(), data.resolve()
    if output.is_relative_to(data) or data.is_relative_to(output):
        raise InputError(f"{output} and {data} overlap. Name another --output.")
    claim = output / CLAIM
    if output.exists() and any(output.iterdir()) and not claim.exists():
        raise InputError(f"{output} holds something else. Name an empty or a new --output.")
    halves = {"encoder": encoder, "decoder": decoder}
    digests = {half: hashlib.sha256(path.read_bytes()).hexdigest() for half, path in halves.items()}
    made_by = json.dumps(digests, indent=2) + "\n"
    if claim.exists() and claim.read_text(encoding="utf-8") != made_by:
        raise InputError(f"{output} is of another autoencoder. Name another --output.")
    output.mkdir(parents=True, exist_ok=True)
    claim.write_text(made_by, encoding="utf-8")


def _make(picture: Picture, output: Path, autoencoder: Autoencoder) -> str | None:
    """Make a picture's pair unless it is there; returns its path, or None if it is too large."""
    try:
        data = picture.path.read_bytes()
        encoding = encoding_of(data)
        digest = hashlib.sha256(data).hexdigest()[:16]  # of other bytes, another pair
        path = f"images/{picture.source}/{digest}.{encoding.suffix}"
        if (output / path).exists():
            return path
        if encoding.size[0] * encoding.size[1] > MOST_PIXELS:
            return None
        pixels = decode(data).pixels
    except (OSError, PictureError) as error:
        raise InputError(
            f"{picture.path} cannot be read ({error}). Mend it, or take it out of the manifest."
        ) from error
    (output / path).parent.mkdir(parents=True, exist_ok=True)
    part = (output / path).with_suffix(".part")
    part.write_bytes(encoding.encode(autoencoder(pixels)))
    part.replace(output / path)
    return path


def _write_manifest(output: Path, data: Path, pairs: Mapping[str, Picture], generator: str) -> None:
    rows = [_row(output, data, path, pairs[path], generator) for path in sorted(pairs)]
    part = output / "manifest.part"
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(output / "manifest.csv")


def _row(
    output: Path, data: Path, path: str, original: Picture, generator: str
) -> dict[str, str | int]:
    with Image.open(output / path) as made:
        width, height = made.size
    return {
        "path": path,
        "label": "ai",
        "source": original.source,
        "generator": generator,
        "split": original.split,
        "group": original.group,
        "content": original.content,
        "width": width,
        "height": height,
        "sha256": hashlib.sha256((output / path).read_bytes()).hexdigest(),
        "pair": _told(data, original),
    }


def _told(data: Path, picture: Picture) -> str:
    """The path as the manifest tells it."""
    return picture.path.relative_to(data).as_posix()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
