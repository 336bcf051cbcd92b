"""Bytes → pixels, guarded against bombs. Content decides, never a name or a header field."""

import contextlib
import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, PngImagePlugin, UnidentifiedImageError

from realeyez.pipeline.errors import (
    BrokenPicture,
    EmptyPicture,
    NoMemory,
    Refused,
    TooManyBytes,
    TooManyPixels,
    TooSmall,
    UnsupportedFormat,
)
from realeyez.pipeline.types import Image, ImageInfo

Taken = Callable[[int], AbstractContextManager[None]]

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")

# `_open` has its own limit, the caller's; Pillow's would only warn beside it.
Pillow.MAX_IMAGE_PIXELS = None
# Colour profiles and workflows of over 1 MiB are no damage. MAX_TEXT_MEMORY still bounds their sum.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024

MIN_SIDE = 64
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 64_000_000
_STRIP_PIXELS = 4_000_000


def decode(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    room: Taken | None = None,
) -> Image:
    """Decode the first frame of a picture.

    room: is taken before so many pixels are decoded; a `Room`'s `taken`, say.

    Raises a `PictureError`: empty, too many bytes, not a format that is read, too many pixels
    (from the header, before anything is decoded), too small, or broken. Or `NoMemory`.
    """
    if not data:
        raise EmptyPicture("The file is empty. Send the bytes of a picture.")
    if len(data) > max_bytes:
        raise TooManyBytes(
            f"The file has more than the {max_bytes:,} bytes that are read. "
            "Send a smaller version of the picture."
        )
    picture = _open(data, max_pixels)
    try:
        with room(picture.width * picture.height) if room else contextlib.nullcontext():
            upright = _rgb(picture)
    except Refused:  # by the room
        raise
    except MemoryError as error:
        raise NoMemory from error
    except Exception as error:  # decoders raise whatever the damage leads them to
        raise BrokenPicture(
            f"The {_name(picture)} file is cut off or damaged ({error}). Send the whole file again."
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    width, height = upright.size
    info = ImageInfo(sha256=digest, width=width, height=height, format=_name(picture))
    return Image(upright, info)


def _open(data: bytes, max_pixels: int) -> Pillow.Image:
    try:
        picture = Pillow.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise UnsupportedFormat(
            f"This is not a picture in a format that is read ({', '.join(FORMATS)})."
        ) from error
    except Exception as error:
        raise BrokenPicture("The file's header is damaged. Send the whole file again.") from error
    if picture.format in ("JPEG", "MPO"):  # at once: each step of 64 KiB would wait for the GIL
        picture.decodermaxblock = max(picture.decodermaxblock, len(data))
    width, height = picture.size
    if width * height > max_pixels:
        raise TooManyPixels(
            f"The picture is {width} × {height} pixels; at most {max_pixels:,} in all are read. "
            "Send a smaller version of it."
        )
    if min(width, height) < MIN_SIDE:
        raise TooSmall(
            f"The picture is {width} × {height} pixels; each side must have at least {MIN_SIDE} "
            "for an honest verdict. Send a larger version of it."
        )
    return picture


def _rgb(picture: Pillow.Image) -> Pillow.Image:
    """Large pictures strip by strip: each step between takes as much memory as what it is given."""
    picture.load()
    # Damaged EXIF says nothing of how to turn the picture. In place, or all of it is copied.
    with contextlib.suppress(Exception):
        ImageOps.exif_transpose(picture, in_place=True)
    width, height = picture.size
    rows = max(1, _STRIP_PIXELS // width)
    if rows >= height or _is_rgb(picture):
        return _to_rgb(picture)
    whole = Pillow.new("RGB", picture.size)
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(top + rows, height)))
        whole.paste(_to_rgb(strip), (0, top))
    return whole


def _to_rgb(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion clips it at 255
        grey = np.asarray(picture).astype(np.uint32) >> 8
        return Pillow.fromarray(grey.astype(np.uint8)).convert("RGB")
    if _is_rgb(picture):
        return picture
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Pillow.new("RGBA", picture.size, "white")
        return Pillow.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def _is_rgb(picture: Pillow.Image) -> bool:
    return picture.mode == "RGB" and not picture.has_transparency_data


def _name(picture: Pillow.Image) -> str:
    # A JPEG with an embedded preview or depth map calls itself MPO; its first frame is the JPEG.
    return "JPEG" if picture.format == "MPO" else str(picture.format)
