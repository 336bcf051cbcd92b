"""The pictures that are sent: drawn here, or a data set's, and never the same bytes twice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

MIX = "mix"  # every kind in turn
OF_EACH = 6  # pictures a kind


class Kind(NamedTuple):
    """How a kind of picture is drawn and stored."""

    width: int
    height: int
    suffix: str
    options: dict[str, Any]


KINDS = {
    "post": Kind(1080, 1350, "jpg", {"quality": 85}),
    "camera": Kind(1920, 1440, "jpg", {"quality": 90}),
    "square": Kind(512, 512, "png", {}),
}
SMALL = Kind(160, 160, "jpg", {"quality": 80})


def draw(folder: Path) -> None:
    """Fill the folder: a sub-folder a kind, the same pictures on every machine."""
    for name, kind in KINDS.items():
        draw_kind(folder / name, kind, OF_EACH)


def draw_kind(folder: Path, kind: Kind, count: int) -> None:
    """`count` pictures of one kind."""
    folder.mkdir(parents=True)
    for seed in range(count):
        picture = scene(kind.width, kind.height, seed)
        picture.save(folder / f"{seed}.{kind.suffix}", **kind.options)


def scene(width: int, height: int, seed: int) -> Image.Image:
    """Clouds of every size in three colours, with a sensor's grain.

    Photographs have detail at every scale, its strength falling with its frequency: their files
    are of a size that neither flat nor noisy pictures have.
    """
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 128.0)
    for octave in range(1, 8):
        cells = 2**octave
        noise = random.normal(0, 1, (cells, cells, 3)) * [1, 0.8, 0.9] + random.normal(
            0, 1, (cells, cells, 1)
        )
        for channel in range(3):
            layer = Image.fromarray(noise[..., channel].astype(np.float32))
            pixels[..., channel] += 55 / octave * np.asarray(layer.resize((width, height)))
    pixels += random.normal(0, 5, (height, width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def load(folder: Path) -> dict[str, list[bytes]]:
    """Each kind's files: those of each sub-folder, or the folder's own as one kind."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir()) or [folder]
    kinds = {
        path.name: [file.read_bytes() for file in sorted(path.iterdir()) if file.is_file()]
        for path in folders
    }
    if empty := [name for name, files in kinds.items() if not files]:
        raise SystemExit(f"No pictures in {', '.join(empty)} of {folder}.")
    return kinds


def endless(kinds: dict[str, list[bytes]], kind: str) -> Iterator[bytes]:
    """One picture after another; `MIX` takes every kind in turn."""
    wanted = list(kinds.values()) if kind == MIX else [kinds[kind]]
    most = max(len(files) for files in wanted)
    return itertools.cycle([files[turn % len(files)] for turn in range(most) for files in wanted])
