"""Patch maps → a transparent overlay for the picture: red leans to AI, blue to a photograph."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from realeyez.pipeline.types import ImageInfo, Prediction, Views

LONGEST_SIDE = 448
_AI = (214, 40, 40)
_REAL = (29, 94, 201)
_STRONGEST_ALPHA = 170


def render_overlay(
    image: ImageInfo, views: Views, prediction: Prediction, temperature: float
) -> Pillow.Image:
    """RGBA of the picture's aspect ratio, longest side 448.

    Colour is the sign of the evidence at a place, opacity its strength, |2p - 1|.
    """
    return _colour(np.tanh(evidence(image, views, prediction) / temperature / 2))


def evidence(image: ImageInfo, views: Views, prediction: Prediction) -> NDArray[np.float32]:
    """What each place adds to the decision, `[height, width]`, longest side 448.

    Every view has an equal say, however small its part of the picture, so a crop's patches weigh
    more a pixel than those of the whole. The mean of the evidence is the pooled logit.
    """
    scale = LONGEST_SIDE / max(image.width, image.height)
    width, height = (max(1, round(side * scale)) for side in (image.width, image.height))
    total = np.zeros((height, width), np.float32)
    for box, patches in zip(views.boxes, prediction.maps, strict=True):
        # At least a pixel, also where a crop of a very long picture shrinks to less.
        left = min(round(box.left * scale), width - 1)
        top = min(round(box.top * scale), height - 1)
        right = max(round(box.right * scale), left + 1)
        bottom = max(round(box.bottom * scale), top + 1)
        part = total[top:bottom, left:right]
        part += _stretch(patches, part.shape) * (total.size / part.size / len(views.boxes))
    return total


def lay_over(picture: Pillow.Image, overlay: Pillow.Image) -> Pillow.Image:
    """The picture itself under its overlay, RGB at the overlay's size."""
    small = picture.resize(overlay.size, reducing_gap=3.0)
    return Pillow.alpha_composite(small.convert("RGBA"), overlay).convert("RGB")


def data_url(overlay: Pillow.Image) -> str:
    """The overlay as a PNG in a `data:` URL."""
    file = io.BytesIO()
    overlay.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _stretch(patches: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    height, width = shape
    stretched = Pillow.fromarray(patches).resize((width, height), Pillow.Resampling.BILINEAR)
    return np.asarray(stretched, np.float32)


def _colour(leaning: NDArray[np.float32]) -> Pillow.Image:
    """Leaning in [-1, 1], `[height, width]` → RGBA."""
    rgba = np.empty((*leaning.shape, 4), np.uint8)
    rgba[..., :3] = np.where(leaning[..., None] > 0, _AI, _REAL)
    rgba[..., 3] = np.abs(leaning) * _STRONGEST_ALPHA
    return Pillow.fromarray(rgba)
