"""Pixels → the views that the model is shown. Shared with training: train view = test view."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from realeyez.models.manifest import Anchor, ViewPlan
from realeyez.pipeline.types import Box, Views

VIEW_SIZE = 224

Pixels = NDArray[np.uint8]


def make_views(pixels: Pixels, plan: ViewPlan) -> Views:
    """The plan's views of a picture `[height, width, 3]`, as uint8 `[n, 224, 224, 3]`.

    Crops that fall on the same place, as in a small picture, are shown once.
    """
    height, width = pixels.shape[:2]
    boxes = [Box(0, 0, width, height)] if plan.whole else []
    boxes += [crop_box(width, height, anchor) for anchor in plan.crops]
    boxes = list(dict.fromkeys(boxes))
    return Views(pixels=np.stack([view(pixels, box) for box in boxes]), boxes=tuple(boxes))


def crop_box(width: int, height: int, anchor: Anchor, size: int = VIEW_SIZE) -> Box:
    """A square of `size` at native resolution, or the largest that fits a smaller picture."""
    side = min(size, width, height)
    left = round((width - side) * anchor.x)
    top = round((height - side) * anchor.y)
    return Box(left, top, left + side, top + side)


def view(pixels: Pixels, box: Box, size: int = VIEW_SIZE) -> Pixels:
    """The box's pixels as uint8 `[size, size, 3]`, untouched where the box is of that size."""
    part = pixels[box.top : box.bottom, box.left : box.right]
    if part.shape[:2] == (size, size):
        return part
    return np.asarray(
        Pillow.fromarray(part).resize((size, size), Pillow.Resampling.BICUBIC, reducing_gap=3.0)
    )
