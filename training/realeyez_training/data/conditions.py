"""The conditions that every detector is measured under, from clean to a thumbnail.

In collected data, a picture's size, shape and encoder give its label away. So each picture is first
re-framed to 256 × 256 pixels (cut out at native resolution, or a square of it scaled down) and
re-encoded, both drawn from its own digest: equal on every run, and blind to the label.
`measure/null_check.py` tells what is left.
"""

import hashlib
import io
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageFilter

from realeyez.pipeline.decode import decode
from realeyez_training.data.encode import jpeg, png, webp

FRAME = 256  # the short side that nearly every collected picture has

Drawn = np.random.Generator
Condition = Callable[[Image.Image, Drawn], bytes]


def render(data: bytes, condition: str) -> bytes:
    """The file that a detector is given: the picture of `data` under a condition of `CONDITIONS`.

    Raises a `PictureError` if `data` is not a picture that is read.
    """
    digest = hashlib.sha256(data).digest()
    square = _square(decode(data).picture, _drawn(digest, "square"))
    # The same draws for all: what parts two conditions is what they are called, and no other cut.
    return CONDITIONS[condition](square, _drawn(digest, "clean"))


def _drawn(digest: bytes, purpose: str) -> Drawn:
    seed = hashlib.sha256(digest + purpose.encode()).digest()
    return np.random.default_rng(int.from_bytes(seed[:8], "big"))


def _square(picture: Image.Image, drawn: Drawn) -> Image.Image:
    return _cut(picture, min(picture.size), drawn)


def _frame(square: Image.Image, drawn: Drawn) -> Image.Image:
    if square.width > FRAME and drawn.random() < 0.5:
        return _cut(square, FRAME, drawn)
    return _resize(square, FRAME)


def _cut(picture: Image.Image, side: int, drawn: Drawn) -> Image.Image:
    left = int(drawn.integers(0, picture.width - side + 1))
    top = int(drawn.integers(0, picture.height - side + 1))
    return picture.crop((left, top, left + side, top + side))


def _resize(
    picture: Image.Image, side: int, filter: Image.Resampling = Image.Resampling.BICUBIC
) -> Image.Image:
    return picture if picture.width == side else picture.resize((side, side), filter)


def _quality(drawn: Drawn) -> int:
    return int(drawn.integers(60, 96))


def _clean(square: Image.Image, drawn: Drawn) -> bytes:
    return jpeg(_frame(square, drawn), _quality(drawn))


def _jpeg(square: Image.Image, drawn: Drawn, quality: int) -> bytes:
    return jpeg(_frame(square, drawn), quality)


def _webp(square: Image.Image, drawn: Drawn, quality: int) -> bytes:
    return webp(_frame(square, drawn), quality)


def _scale(square: Image.Image, drawn: Drawn, factor: float) -> bytes:
    return jpeg(_resize(_frame(square, drawn), round(FRAME * factor)), _quality(drawn))


def _crop(square: Image.Image, drawn: Drawn, share: float) -> bytes:
    frame, quality = _frame(square, drawn), _quality(drawn)
    return jpeg(_cut(frame, round(FRAME * share), drawn), quality)


def _blur(square: Image.Image, drawn: Drawn) -> bytes:
    return jpeg(_frame(square, drawn).filter(ImageFilter.GaussianBlur(1.0)), _quality(drawn))


def _screenshot(square: Image.Image, drawn: Drawn) -> bytes:
    """Shown on a page, zoomed by a browser, and kept without loss."""
    shown = Image.open(io.BytesIO(_clean(square, drawn))).convert("RGB")
    zoomed = round(FRAME * drawn.uniform(0.75, 1.5))
    return png(_resize(shown, zoomed, Image.Resampling.BILINEAR))


def _site(square: Image.Image, drawn: Drawn, longest: int, quality: int) -> bytes:
    """What sites do to an upload: cap its size, then compress it.

    The square is capped and not the whole picture: else wide pictures would end up smaller than
    square ones, and be scaled up to the frame, which gives their label away where shapes differ.
    """
    capped = _resize(square, min(square.width, longest), Image.Resampling.LANCZOS)
    return jpeg(_frame(capped, drawn), quality)


CONDITIONS: dict[str, Condition] = {
    "clean": _clean,
    **{f"jpeg{q}": partial(_jpeg, quality=q) for q in (95, 85, 75, 60, 50, 40, 30)},
    **{f"webp{q}": partial(_webp, quality=q) for q in (80, 50)},
    **{f"scale{f:g}": partial(_scale, factor=f) for f in (0.5, 0.75, 1.5, 2.0)},
    "crop0.8": partial(_crop, share=0.8),
    "blur": _blur,
    "screenshot": _screenshot,
    "web": partial(_site, longest=768, quality=60),
    "hard": partial(_site, longest=512, quality=40),
    "thumb": partial(_site, longest=256, quality=75),
}
