"""What happens to pictures on the web, done alike to real and AI pictures.

Size, format and encoder give a picture's label away in any collected data set. So every picture is
re-encoded, in training and before measuring, in a way that never looks at the label.
"""

import hashlib
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from realeyez.pipeline.decode import decode

Pixels = NDArray[np.uint8]

_FILTERS = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.BOX,
)
_SHORTEST_SIDE = 160  # a picture is not made smaller than this: nothing would be left to see


def degrade(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A random chain of resizing, blur and lossy encoding, as sites and sharing do to a picture."""
    picture = Image.fromarray(pixels)
    if rng.random() < 0.5:
        picture = _rescale(picture, rng)
    if rng.random() < 0.15:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    for _ in range(2 if rng.random() < 0.25 else 1):
        picture = _encode(picture, rng)
    return np.asarray(picture)


def standardise(data: bytes) -> bytes:
    """The picture as JPEG of quality 60 to 95, drawn from its own digest: equal on every run."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(data).digest()[:8], "big"))
    return _jpeg(Image.fromarray(decode(data).pixels), int(rng.integers(60, 96)), "4:2:0")


def _rescale(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    smallest = min(1.0, _SHORTEST_SIDE / min(picture.size))
    factor = max(smallest, float(np.exp(rng.uniform(np.log(0.4), np.log(1.5)))))
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, rng.choice(_FILTERS))


def _encode(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    if rng.random() < 0.2:
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=int(rng.integers(45, 96)), method=2)
        data = file.getvalue()
    else:
        subsampling = "4:4:4" if rng.random() < 0.3 else "4:2:0"
        data = _jpeg(picture, int(rng.integers(35, 99)), subsampling)
    return Image.open(io.BytesIO(data)).convert("RGB")


def _jpeg(picture: Image.Image, quality: int, subsampling: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=subsampling)
    return file.getvalue()
