import hashlib
import sys

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin
from tests.pictures import UNUSUAL, encode, grey16_png, png_header, scene

from realeyez.pipeline.decode import decode
from realeyez.pipeline.errors import (
    BrokenPicture,
    EmptyPicture,
    NoMemory,
    PictureError,
    TooManyBytes,
    TooManyPixels,
    TooSmall,
    UnsupportedFormat,
)
from realeyez.pipeline.types import ImageInfo

ORIENTATION = 0x0112


def difference(pixels: np.ndarray, expected: Pillow.Image) -> float:
    return float(np.abs(pixels.astype(int) - np.asarray(expected).astype(int)).mean())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF"])
def test_reads_each_format(format: str) -> None:
    data = encode(scene(), format)
    image = decode(data)
    digest = hashlib.sha256(data).hexdigest()
    assert image.info == ImageInfo(sha256=digest, width=480, height=320, format=format)
    assert image.pixels.shape == (320, 480, 3)
    assert image.pixels.dtype == np.uint8
    assert difference(image.pixels, scene()) < 12  # grain does not survive every codec


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyPicture),
        (b"Words, and no picture.", UnsupportedFormat),
        (b"<!doctype html><title>Not found</title>", UnsupportedFormat),
        (encode(scene(1, 1), "PNG"), TooSmall),
        (encode(scene(400, 63), "PNG"), TooSmall),
        (png_header(30_000, 30_000), TooManyPixels),
        (png_header(10_000, 10_000), TooManyPixels),
        (png_header(400, 400), BrokenPicture),
        (encode(scene())[:4000], BrokenPicture),
        (encode(scene(), "WEBP")[:4000], BrokenPicture),
    ],
    ids=[
        "empty",
        "text",
        "html",
        "1x1",
        "one short side",
        "bomb",
        "over the limit",
        "one byte of pixels",
        "truncated JPEG",
        "truncated WebP",
    ],
)
def test_bad_input_is_named(data: bytes, error: type[PictureError]) -> None:
    with pytest.raises(error) as caught:
        decode(data)
    assert type(caught.value) is error
    assert str(caught.value)


def test_limits_are_the_callers() -> None:
    data = encode(scene())
    with pytest.raises(TooManyBytes):
        decode(data, max_bytes=len(data) - 1)
    with pytest.raises(TooManyPixels):
        decode(data, max_pixels=480 * 320 - 1)
    assert decode(data, max_bytes=len(data), max_pixels=480 * 320).info.width == 480


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(format: str) -> None:
    red, blue = Pillow.new("RGB", (96, 96), "#c00"), Pillow.new("RGB", (96, 96), "#00c")
    data = encode(red, format, save_all=True, append_images=[blue], duration=80)
    assert difference(decode(data).pixels, red) < 4


def test_first_picture_of_a_multi_picture_jpeg() -> None:
    data = encode(scene(), "MPO", save_all=True, append_images=[scene(seed=1)])
    image = decode(data)
    assert image.info.format == "JPEG"
    assert difference(image.pixels, scene()) < 12


def test_cmyk_jpeg() -> None:
    image = decode(encode(scene().convert("CMYK"), quality=95))
    assert difference(image.pixels, scene()) < 12


def test_sixteen_bit_grey_keeps_its_range() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (80, 1))
    pixels = decode(grey16_png(ramp)).pixels
    assert np.array_equal(pixels[..., 0], ramp >> 8)
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_palette() -> None:
    picture = scene().quantize(64)
    assert difference(decode(encode(picture, "PNG")).pixels, picture.convert("RGB")) == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_laid_over_white(mode: str) -> None:
    clear = Pillow.new(mode, (80, 80), 0)
    assert decode(encode(clear, "PNG")).pixels.min() == 255


def test_palette_with_transparency_is_laid_over_white() -> None:
    picture = Pillow.new("P", (80, 80), 0)
    picture.putpalette([10, 20, 30])
    assert decode(encode(picture, "PNG", transparency=0)).pixels.min() == 255


def test_exif_orientation_is_applied() -> None:
    exif = Pillow.Exif()
    exif[ORIENTATION] = 6
    image = decode(encode(scene(), quality=95, exif=exif))
    assert (image.info.width, image.info.height) == (320, 480)
    assert difference(image.pixels, scene().rotate(-90, expand=True)) < 12


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow says so too
def test_damaged_exif_is_ignored() -> None:
    data = encode(scene(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12garbage")
    assert decode(data).info.width == 480


def test_large_metadata_is_no_damage() -> None:
    """A colour profile and a workflow of over 1 MiB, as printers and generators write them."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("workflow", "{}" * 900_000, zip=True)
    data = encode(scene(), "PNG", icc_profile=bytes(1_500_000), pnginfo=notes)
    assert decode(data).info.width == 480


def faded(mode: str = "RGBA") -> Pillow.Image:
    """A scene that is clearer to the left."""
    picture = scene().convert("RGBA")
    picture.putalpha(Pillow.linear_gradient("L").rotate(90).resize(picture.size))
    return picture.convert(mode)


STRIPS = {
    **{name: data for name, (data, _) in UNUSUAL.items()},
    "jpeg": encode(scene()),
    "faded-png": encode(faded(), "PNG"),
    "faded-grey-png": encode(faded("LA"), "PNG"),
    "faded-webp": encode(faded(), "WEBP"),
    "clear-colour-png": encode(scene().quantize(64), "PNG", transparency=3),
    "clear-colour-gif": encode(scene().quantize(64), "GIF", transparency=3),
    "faded-colours-png": encode(scene().quantize(64), "PNG", transparency=bytes(range(0, 256, 4))),
}


@pytest.mark.parametrize("data", STRIPS.values(), ids=STRIPS)
def test_strip_by_strip_is_the_same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = decode(data)
    monkeypatch.setattr(sys.modules["realeyez.pipeline.decode"], "_STRIP_PIXELS", 480 * 37)
    strips = decode(data)
    assert strips.info == whole.info
    assert np.array_equal(strips.pixels, whole.pixels)


def test_a_lack_of_memory_is_not_the_picture_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(self: Pillow.Image) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("PIL.ImageFile.ImageFile.load", load)
        with pytest.raises(NoMemory):
            decode(encode(scene()))
    assert decode(encode(scene())).info.width == 480


@pytest.mark.filterwarnings("ignore")  # of damage
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF"])
def test_damage_of_any_sort_is_told_or_seen_past(format: str) -> None:
    """Decoders run in the service's own process: none may bring it down."""
    whole = encode(scene(120, 90), format)
    random = np.random.default_rng(len(format))
    told = 0
    for _ in range(150):
        data = bytearray(whole)
        for place in random.integers(0, len(data), random.integers(1, 9)):
            data[place] = random.integers(256)
        if random.random() < 0.3:
            del data[random.integers(len(data)) :]
        if random.random() < 0.3:
            start = random.integers(len(data) + 1)
            data[start:start] = random.bytes(random.integers(1, 400))
        try:
            image = decode(bytes(data), max_pixels=1_000_000)
        except PictureError:
            told += 1
        else:
            assert image.pixels.shape == (image.info.height, image.info.width, 3)
    assert told
