import io

import numpy as np
import pytest
from PIL import Image
from tests.pictures import encode, scene

from realeyez_training.data.conditions import CONDITIONS, FRAME, render

WIDE = encode(scene(640, 400), "PNG")
SQUARE = encode(scene(300, 300, 1), "WEBP")


def opened(data: bytes, condition: str) -> Image.Image:
    return Image.open(io.BytesIO(render(data, condition)))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_file_is_the_same_on_every_run(condition: str) -> None:
    assert render(WIDE, condition) == render(WIDE, condition)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_size_format_and_metadata_do_not_tell_what_came_in(condition: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    with_exif = encode(scene(640, 400), exif=exif)
    files = [opened(data, condition) for data in (WIDE, SQUARE, with_exif)]
    assert len({file.format for file in files}) == 1
    assert all(file.width == file.height for file in files)
    assert all(not file.getexif() for file in files)
    if condition != "screenshot":  # its zoom is drawn from the digest
        assert len({file.size for file in files}) == 1


def test_clean_is_a_jpeg_of_the_frame_with_a_drawn_quality() -> None:
    seen = {opened(encode(scene(400, 300, i)), "clean").quantization[0][0] for i in range(12)}
    assert len(seen) > 3
    assert opened(WIDE, "clean").size == (FRAME, FRAME)


def test_a_small_picture_is_framed_too() -> None:
    assert opened(encode(scene(130, 90)), "clean").size == (FRAME, FRAME)


def test_conditions_do_what_they_are_called() -> None:
    table = {name: opened(WIDE, name) for name in CONDITIONS}
    reference = {q: Image.open(io.BytesIO(encode(scene(), quality=q))) for q in (30, 60, 40, 75)}
    for name, quality in (("jpeg30", 30), ("web", 60), ("hard", 40), ("thumb", 75)):
        assert table[name].quantization == reference[quality].quantization
    assert table["webp50"].format == "WEBP"
    assert table["scale0.5"].size == (FRAME // 2, FRAME // 2)
    assert table["scale2"].size == (FRAME * 2, FRAME * 2)
    assert table["crop0.8"].size == (205, 205)
    assert table["screenshot"].format == "PNG"

    def detail(picture: Image.Image) -> float:
        return float(np.abs(np.diff(np.asarray(picture.convert("L"), float))).mean())

    assert detail(table["blur"]) < 0.8 * detail(table["clean"])


def pixels(data: bytes, condition: str) -> np.ndarray:
    return np.asarray(opened(data, condition).convert("L").resize((64, 64)), float)


@pytest.mark.parametrize("condition", [name for name in CONDITIONS if name != "crop0.8"])
def test_every_condition_shows_the_same_part_of_a_picture(condition: str) -> None:
    for seed in range(4):
        data = encode(scene(280, 360, seed), "PNG")  # small enough for no cap
        if condition == "thumb":  # capped to the frame: never cut out of the square
            continue
        assert np.abs(pixels(data, condition) - pixels(data, "clean")).mean() < 4


def test_a_cap_scales_down_what_is_larger_than_it() -> None:
    """A cut out of a capped square shows more of the picture than one at native resolution."""
    large = [encode(scene(1600, 1600, seed), "PNG") for seed in range(8)]
    for capped, quality in (("web", "jpeg60"), ("hard", "jpeg40"), ("thumb", "jpeg75")):
        assert any(
            np.abs(pixels(data, capped) - pixels(data, quality)).mean() > 4 for data in large
        )


def test_a_thumbnail_shows_the_whole_square_and_no_part_of_it() -> None:
    square = encode(scene(700, 700, 3), "PNG")
    small = np.asarray(scene(700, 700, 3).resize((FRAME, FRAME)), float)
    assert np.abs(np.asarray(opened(square, "thumb"), float) - small).mean() < 6
