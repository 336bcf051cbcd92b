"""Pictures made by the tests themselves: nothing from elsewhere, nobody's face."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def scene(width: int = 480, height: int = 320, seed: int = 0) -> Image.Image:
    """Hills under a sky, with grain: something that a classifier can look at."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    pixels = np.stack([90 + 120 * y, 140 + 70 * y, 220 - 20 * y], -1)
    for depth in range(4):
        ridge = 0.45 + 0.13 * depth + 0.05 * np.sin(rng.uniform(4, 11) * x + rng.uniform(0, 6))
        pixels[y > ridge] = np.array([70, 110, 80]) * (1 - 0.2 * depth)
    return Image.fromarray((pixels + rng.normal(0, 8, pixels.shape)).clip(0, 255).astype(np.uint8))


def encode(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file's bytes."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def grey16_png(values: NDArray[np.uint16]) -> bytes:
    """A 16-bit grey PNG of `[height, width]`."""
    return encode(Image.fromarray(values), "PNG")


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds one byte of data: a decompression bomb's first step."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )
