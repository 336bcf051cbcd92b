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


def degrade(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A random chain of resizing, blur and lossy encoding, as sites and sharing do to a picture.

    It never looks at the label, and always re-encodes: else each source's own encoder would tell.
    """
    picture = Image.fromarray(pixels)
    if rng.random() < 0.5:
        picture = _rescale(picture, rng)
    if rng.random() < 0.15:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    for _ in range(2 if rng.random() < 0.25 else 1):
        picture = _encode(picture, rng)
    return np.asarray(picture)


def _rescale(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    smallest = min(1.0, _SHORTEST_SIDE / min(picture.size))
    factor = max(smallest, float(np.exp(rng.uniform(np.log(0.4), np.log(1.5)))))
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, rng.choice(_FILTERS))


def _encode(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    if rng.random() < 0.2:
        data = webp(picture, int(rng.integers(45, 96)))
    else:
        subsampling = "4:4:4" if rng.random() < 0.3 else "4:2:0"
        data = jpeg(picture, int(rng.integers(35, 99)), subsampling)
    return Image.open(io.BytesIO(data)).convert("RGB")
