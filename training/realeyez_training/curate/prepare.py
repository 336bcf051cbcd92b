"""A file's bytes → the bytes that the data set keeps of it."""

import hashlib

import numpy as np
from PIL import Image

from realeyez.pipeline.decode import decode
from realeyez_training.data.encode import jpeg, png

CUT = 336  # pixels: the side of a compact cut at native resolution
LONGEST = (384, 513)  # pixels: the longest side of a compact picture that is scaled down
_FILTERS = (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BOX)


def prepare(data: bytes, *, grid: int = 1, compact: bool = False) -> bytes:
    """One picture of a sheet of `grid` × `grid`, kept small if `compact`; else as it is.

    compact: a cut of 336 × 336 pixels, or the whole scaled down to 384–512 on its longest side, or
    to 224 on its short one, as JPEG.
    What is drawn is drawn from the bytes' own digest: equal on every run, and blind to the label.
    Raises a `PictureError` if `data` is not a picture that is read.
    """
    if grid == 1 and not compact:
        return data
    drawn = np.random.default_rng(int.from_bytes(hashlib.sha256(data).digest()[:8], "big"))
    picture = _panel(decode(data).picture, grid, drawn)
    if not compact:
        return png(picture)
    small = _cut(picture, drawn) if drawn.random() < 0.5 else _scaled(picture, drawn)
    return jpeg(small, int(drawn.integers(82, 96)), drawn.choice(["4:2:0", "4:4:4"]))


def _panel(sheet: Image.Image, grid: int, drawn: np.random.Generator) -> Image.Image:
    width, height = sheet.width // grid, sheet.height // grid
    left, top = (int(drawn.integers(grid)) * side for side in (width, height))
    return sheet.crop((left, top, left + width, top + height))


def _cut(picture: Image.Image, drawn: np.random.Generator) -> Image.Image:
    width, height = (min(CUT, side) for side in picture.size)
    left = int(drawn.integers(picture.width - width + 1))
    top = int(drawn.integers(picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def _scaled(picture: Image.Image, drawn: np.random.Generator) -> Image.Image:
    """The short side keeps 224 pixels where it has them."""
    factor = int(drawn.integers(*LONGEST)) / max(picture.size)
    factor = min(1.0, max(factor, 224 / min(picture.size)))
    width, height = (round(side * factor) for side in picture.size)
    return picture.resize((width, height), drawn.choice(_FILTERS))
