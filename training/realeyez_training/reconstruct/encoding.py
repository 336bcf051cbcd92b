"""How a picture's file is encoded, to encode another picture alike.

A reconstruction that lacked the JPEG traces of its original would be told by them alone (Dual Data
Alignment, arXiv 2505.14359).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from realeyez.pipeline.decode import FORMATS
from realeyez_training.data.pixels import Pixels

_WEBP_QUALITY = 90
_GREY = ("1", "L", "LA")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A format, what Pillow's encoder is told, and the size of the picture it was read from."""

    format: str
    suffix: str
    size: tuple[int, int]  # width, height, as stored
    grey: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def encode(self, pixels: Pixels) -> bytes:
        """The file of uint8 RGB `[height, width, 3]`; grey where the original is."""
        picture = Image.fromarray(pixels)
        file = io.BytesIO()
        picture = picture.convert("L") if self.grey else picture
        picture.save(file, self.format, **self.options)
        return file.getvalue()


def encoding_of(data: bytes) -> Encoding:
    """A JPEG's own quantization tables and subsampling; WebP 90 for a lossy WebP; else PNG.

    Raises an `OSError` if `data` is not a picture.
    """
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    grey = picture.mode in _GREY or picture.mode.startswith("I")
    if isinstance(picture, JpegImageFile):
        # Pillow gives the tables to the components in turn, and the last to all that are left.
        tables = [picture.quantization[table] for *_, table in picture.layer[:3]]
        while len(tables) > 1 and tables[-1] == tables[-2]:
            tables.pop()
        options = {"qtables": tables, "subsampling": get_sampling(picture)}
        return Encoding("JPEG", "jpg", picture.size, grey, options)
    if picture.format == "WEBP" and not _is_lossless(data):
        return Encoding("WEBP", "webp", picture.size, grey, {"quality": _WEBP_QUALITY})
    return Encoding("PNG", "png", picture.size, grey)


def _is_lossless(webp: bytes) -> bool:
    """Whether the still picture of a RIFF container is VP8L; chunks follow the first 12 bytes."""
    at = 12
    while at + 8 <= len(webp):
        if webp[at : at + 4] == b"VP8L":
            return True
        length = int.from_bytes(webp[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return False
