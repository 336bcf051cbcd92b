"""What happens to pictures on the web, at random, done alike to real and AI pictures."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from realeyez_training.data.encode import jpeg, webp

Pixels = NDArray[np.uint8]

_FILTERS = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.BOX,
)
_SHORTEST_SIDE = 160  # a picture is not made smaller than this: nothing would be left to see


def degrade(pixels: Pixels, rng: np.random.Generator, strength: float = 1.0) -> Pixels:
    """A random chain of resizing, blur and lossy encoding, as sites and sharing do to a picture.

    strength: 1 goes as far as sites do, 0 encodes well and no more, 1.5 (at most) spoils.
    It never looks at the label, and always re-encodes: else each source's own encoder would tell.
    """
    picture = Image.fromarray(pixels)
    if rng.random() < 0.5 * strength:
        picture = _rescale(picture, rng, strength)
    if rng.random() < 0.15 * strength:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    for _ in range(2 if rng.random() < 0.25 * strength else 1):
        picture = _encode(picture, rng, strength)
    return np.asarray(picture)


def _rescale(picture: Image.Image, rng: np.random.Generator, strength: float) -> Image.Image:
    smallest = min(1.0, _SHORTEST_SIDE / min(picture.size))
    factor = max(smallest, float(np.exp(strength * rng.uniform(np.log(0.4), np.log(1.5)))))
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, rng.choice(_FILTERS))


def _encode(picture: Image.Image, rng: np.random.Generator, strength: float) -> Image.Image:
    if rng.random() < 0.2:
        data = webp(picture, _quality(rng, 45, 96, strength))
    else:
        subsampling = "4:4:4" if rng.random() < 0.3 else "4:2:0"
        data = jpeg(picture, _quality(rng, 35, 99, strength), subsampling)
    return Image.open(io.BytesIO(data)).convert("RGB")


def _quality(rng: np.random.Generator, lowest: int, end: int, strength: float) -> int:
    """From `lowest` on at strength 1, from 90 on at strength 0."""
    return int(rng.integers(round(90 + strength * (lowest - 90)), end))
