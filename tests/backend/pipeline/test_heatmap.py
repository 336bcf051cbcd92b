import base64
import io

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.pictures import encode, scene

from realeyez.pipeline.decode import decode
from realeyez.pipeline.heatmap import LONGEST_SIDE, data_url, evidence, lay_over, render_overlay
from realeyez.pipeline.types import Box, ImageInfo, Prediction, Views
from realeyez.pipeline.verdict import pool

NO_PIXELS = np.empty((1, 0, 0, 3), np.uint8)


def overlay_of(maps: np.ndarray, *boxes: Box, size: tuple[int, int] = (448, 448)) -> np.ndarray:
    image = decode(encode(scene(*size)))
    maps = maps.astype(np.float32)
    prediction = Prediction(maps.mean((1, 2)), maps)
    return np.asarray(render_overlay(image.info, Views(NO_PIXELS, boxes), prediction, 1.0)).astype(
        int
    )


def test_red_where_it_leans_to_ai_blue_where_to_a_photograph() -> None:
    maps = np.full((1, 7, 7), -4.0)
    maps[0, :, 4:] = 4.0
    overlay = overlay_of(maps, Box(0, 0, 448, 448))
    left, right = overlay[:, 64], overlay[:, -64]
    assert (left[:, 2] > left[:, 0]).all()
    assert (right[:, 0] > right[:, 2]).all()
    assert overlay[..., 3].min() < 60  # the border between them is clear
    assert overlay[:, 64, 3].min() > 100


def test_no_leaning_is_transparent() -> None:
    assert overlay_of(np.zeros((1, 7, 7)), Box(0, 0, 448, 448))[..., 3].max() == 0


def test_a_crop_colours_its_own_place() -> None:
    overlay = overlay_of(np.full((1, 7, 7), 5.0), Box(224, 224, 448, 448))
    assert overlay[:224, :, 3].max() == 0
    assert overlay[230:, 230:, 3].min() > 100


def test_the_mean_of_the_evidence_is_the_decision() -> None:
    """However the views overlap: the heat map is the decision, spread out."""
    image = decode(encode(scene(900, 600)))
    boxes = (Box(0, 0, 900, 600), Box(0, 0, 224, 224), Box(676, 376, 900, 600))
    maps = np.random.default_rng(2).normal(1, 3, (3, 7, 7)).astype(np.float32)
    prediction = Prediction(maps.mean((1, 2)), maps)
    total = evidence(image.info, Views(NO_PIXELS, boxes), prediction)
    assert total.mean() == pytest.approx(pool(prediction), abs=0.05)


@pytest.mark.parametrize("size", [(600, 300), (300, 600), (64, 3000)])
def test_aspect_ratio_is_the_pictures(size: tuple[int, int]) -> None:
    overlay = overlay_of(np.ones((1, 7, 7)), Box(0, 0, *size), size=size)
    height, width = overlay.shape[:2]
    assert max(height, width) == LONGEST_SIDE
    assert width / height == pytest.approx(size[0] / size[1], rel=0.1)


def test_crops_of_a_very_long_picture_have_a_place() -> None:
    box = Box(0, 59_936, 64, 60_000)
    info = ImageInfo(sha256="", width=64, height=60_000, format="PNG")
    maps = np.full((1, 7, 7), 2.0, np.float32)
    total = evidence(info, Views(NO_PIXELS, (box,)), Prediction(maps.mean((1, 2)), maps))
    assert total[-1].max() > 0


def test_data_url_is_a_png() -> None:
    overlay = Pillow.new("RGBA", (20, 10), (255, 0, 0, 90))
    kind, payload = data_url(overlay).split(",")
    assert kind == "data:image/png;base64"
    assert Pillow.open(io.BytesIO(base64.b64decode(payload))).size == (20, 10)


def test_lay_over_shows_the_picture_beneath() -> None:
    image = decode(encode(scene(), "PNG"))
    clear = Pillow.new("RGBA", (480, 320), (255, 0, 0, 0))
    assert np.array_equal(np.asarray(lay_over(image.picture, clear)), image.pixels)
