"""Pixels → the views that the model is shown. Shared with training: train view = test view."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from realeyez.models.manifest import Anchor, ViewPlan
from realeyez.pipeline.types import Box, Views

VIEW_SIZE = 224

Pixels = NDArray[np.uint8]


def make_views(picture: Pillow.Image, plan: ViewPlan) -> Views:
    """The plan's views of an RGB picture, as uint8 `[n, 224, 224, 3]`.

    Crops that fall on the same place, as in a small picture, are shown once.
    """
    width, height = picture.size
    boxes = [Box(0, 0, width, height)] if plan.whole else []
    boxes += [crop_box(width, height, anchor) for anchor in plan.crops]
    boxes = list(dict.fromkeys(boxes))
    shown = [_squeezed(_part(picture, box), VIEW_SIZE) for box in boxes]
    return Views(pixels=np.stack(shown), boxes=tuple(boxes))


def crop_box(width: int, height: int, anchor: Anchor, size: int = VIEW_SIZE) -> Box:
    """A square of `size` at native resolution, or the largest that fits a smaller picture."""
    side = min(size, width, height)
    left = round((width - side) * anchor.x)
    top = round((height - side) * anchor.y)
    return Box(left, top, left + side, top + side)


def view(pixels: Pixels, box: Box, size: int = VIEW_SIZE) -> Pixels:
    """The same of one box, of pixels `[height, width, 3]`: what training draws boxes for."""
    part = pixels[box.top : box.bottom, box.left : box.right]
    return _squeezed(Pillow.fromarray(part), size)


def _part(picture: Pillow.Image, box: Box) -> Pillow.Image:
    whole = box == Box(0, 0, *picture.size)
    return picture if whole else picture.crop((box.left, box.top, box.right, box.bottom))


def _squeezed(part: Pillow.Image, size: int) -> Pixels:
    """uint8 `[size, size, 3]`; untouched where it is of that size."""
    if part.size != (size, size):
        part = part.resize((size, size), Pillow.Resampling.BICUBIC, reducing_gap=3.0)
    return np.asarray(part)
