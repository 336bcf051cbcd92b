import numpy as np
import pytest
from tests.pictures import scene

from realeyez.models import Anchor, ViewPlan
from realeyez.pipeline.types import Box
from realeyez.pipeline.views import VIEW_SIZE, crop_box, make_views, view

CORNERS = (Anchor(0, 0), Anchor(1, 0), Anchor(0, 1), Anchor(1, 1))


def test_whole_picture_then_crops_in_the_plans_order() -> None:
    views = make_views(scene(600, 400), ViewPlan(whole=True, crops=CORNERS))
    assert views.pixels.shape == (5, VIEW_SIZE, VIEW_SIZE, 3)
    assert views.pixels.dtype == np.uint8
    assert views.boxes == (
        Box(0, 0, 600, 400),
        Box(0, 0, 224, 224),
        Box(376, 0, 600, 224),
        Box(0, 176, 224, 400),
        Box(376, 176, 600, 400),
    )


def test_crops_are_the_pictures_own_pixels() -> None:
    picture = scene(600, 400)
    views = make_views(picture, ViewPlan(whole=False, crops=(Anchor(1, 1),)))
    assert np.array_equal(views.pixels[0], np.asarray(picture)[-224:, -224:])


def test_training_is_shown_what_the_service_is() -> None:
    picture = scene(600, 400)
    views = make_views(picture, ViewPlan(whole=True, crops=CORNERS))
    for shown, box in zip(views.pixels, views.boxes, strict=True):
        assert np.array_equal(shown, view(np.asarray(picture), box))


def test_equal_crops_of_a_small_picture_are_shown_once() -> None:
    views = make_views(scene(224, 300), ViewPlan(whole=False, crops=CORNERS))
    assert views.boxes == (Box(0, 0, 224, 224), Box(0, 76, 224, 300))


@pytest.mark.parametrize(("width", "height"), [(64, 64), (100, 900), (223, 225)])
def test_a_crop_of_a_small_picture_is_the_largest_square(width: int, height: int) -> None:
    box = crop_box(width, height, Anchor(0.5, 0.5))
    assert box.right - box.left == box.bottom - box.top == min(width, height, VIEW_SIZE)
    views = make_views(scene(width, height), ViewPlan(whole=True, crops=(Anchor(0.5, 0.5),)))
    assert views.pixels.shape[1:] == (VIEW_SIZE, VIEW_SIZE, 3)
