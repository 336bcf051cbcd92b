"""Pictures are encoded as another file is."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling
from tests.pictures import UNUSUAL, encode, scene

from realeyez_training.reconstruct.encoding import encoding_of

PIXELS = np.asarray(scene(90, 70, seed=1))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def tables(data: bytes) -> list[list[int]]:
    """The quantization table of each component."""
    picture = opened(data)
    assert isinstance(picture, JpegImageFile)
    return [list(picture.quantization[table]) for *_, table in picture.layer]


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize(
    "options",
    [
        {"quality": 61},
        {"quality": 97},
        {"qtables": [[7] * 64]},
        {"qtables": [[7] * 64, [9] * 64, [11] * 64]},
    ],
)
def test_a_jpeg_keeps_tables_and_subsampling(options: dict[str, Any], subsampling: str) -> None:
    original = encode(scene(90, 70), subsampling=subsampling, **options)
    made = encoding_of(original).encode(PIXELS)
    assert tables(made) == tables(original)
    assert get_sampling(opened(made)) == get_sampling(opened(original))
    assert encoding_of(made) == encoding_of(original)


def test_a_grey_jpeg_stays_grey() -> None:
    original = encode(scene(90, 70).convert("L"), quality=80)
    made = encoding_of(original).encode(PIXELS)
    assert opened(made).mode == "L"
    assert tables(made) == tables(original)


@pytest.mark.parametrize(
    ("data", "format", "suffix", "mode"),
    [
        (encode(scene(), "WEBP", quality=40), "WEBP", "webp", "RGB"),
        (encode(scene(), "WEBP", quality=40, exif=b"Exif\0\0"), "WEBP", "webp", "RGB"),
        (encode(scene(), "WEBP", lossless=True), "PNG", "png", "RGB"),
        (encode(scene(), "PNG"), "PNG", "png", "RGB"),
        (UNUSUAL["grey-16-bit-png"][0], "PNG", "png", "L"),
        (UNUSUAL["animated-gif"][0], "PNG", "png", "RGB"),
        (UNUSUAL["cmyk-jpeg"][0], "JPEG", "jpg", "RGB"),
    ],
    ids=["webp", "webp-exif", "lossless", "png", "grey16", "gif", "cmyk"],
)
def test_the_others(data: bytes, format: str, suffix: str, mode: str) -> None:
    encoding = encoding_of(data)
    made = opened(encoding.encode(PIXELS))
    assert (made.format, made.mode, encoding.suffix) == (format, mode, suffix)
    if format == "PNG" and mode == "RGB":
        assert np.array_equal(np.asarray(made), PIXELS)


def test_what_is_no_picture_is_told() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        encoding_of(b"Words, and no picture.")
