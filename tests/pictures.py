"""Pictures made by the tests themselves: nothing from elsewhere, nobody's face."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def scene(width: int = 480, height: int = 320, seed: int = 0) -> Image.Image:
    """Sky, sun, hills and grain: something that a classifier can look at, and a person too."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    top, bottom = random.uniform([40, 70, 120], [110, 140, 220]), np.array([250.0, 214, 178])
    pixels = top + (bottom - top) * y[..., None]
    centre = random.uniform(0.2, 0.8)
    pixels[np.hypot((x - centre) * width / height, y - 0.3) < 0.07] = [255, 238, 205]
    for depth in range(4):
        phase, waves = random.uniform(0, 6), random.uniform(3, 9)
        ridge = 0.5 + 0.12 * depth + 0.06 * np.sin(waves * x + phase)
        pixels[y > ridge] = np.array([96, 116, 128]) * (1 - 0.22 * depth)
    pixels += random.normal(0, 6, (height, width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


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


def _rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(scene(), exif=exif)


def _bytes_of(format: str, **options: Any) -> bytes:
    return encode(scene(), format, save_all=True, append_images=[scene(seed=1)], **options)


LIMIT = 2_000_000  # bytes; what the services and commands under test are told to read at most

# What cannot be checked, and the slug of the problem that says so.
BAD = {
    "empty": (b"", "empty"),
    "text": (b"Words, and no picture.", "unsupported-format"),
    "html": (b"<!doctype html><title>Not found</title>", "unsupported-format"),
    "truncated": (encode(scene())[:3000], "broken-picture"),
    "dot": (encode(scene(1, 1), "PNG"), "too-small"),
    "bomb": (png_header(30_000, 30_000), "too-many-pixels"),
    "over-the-limit": (encode(scene()) + bytes(LIMIT), "too-many-bytes"),
    "far-over-the-limit": (encode(scene()) + bytes(4 * LIMIT), "too-many-bytes"),
}

# What is rare and can be checked: format, width and height as they must be told.
UNUSUAL = {
    "animated-gif": (_bytes_of("GIF"), ("GIF", 480, 320)),
    "animated-webp": (_bytes_of("WEBP"), ("WEBP", 480, 320)),
    "animated-png": (_bytes_of("PNG"), ("PNG", 480, 320)),
    "cmyk-jpeg": (encode(scene().convert("CMYK")), ("JPEG", 480, 320)),
    "grey-16-bit-png": (encode(scene().convert("L").convert("I;16"), "PNG"), ("PNG", 480, 320)),
    "palette-png": (encode(scene().quantize(32), "PNG"), ("PNG", 480, 320)),
    "alpha-png": (encode(Image.new("RGBA", (480, 320), (9, 99, 9, 99)), "PNG"), ("PNG", 480, 320)),
    "black-and-white-png": (encode(scene().convert("1"), "PNG"), ("PNG", 480, 320)),
    "rotated-jpeg": (_rotated(), ("JPEG", 320, 480)),
    "long-png": (encode(scene(64, 9000), "PNG"), ("PNG", 64, 9000)),
}
