"""Decoded pictures, kept between epochs as far as memory is given for them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realeyez.pipeline.decode import decode

Pixels = NDArray[np.uint8]


class PixelCache:
    """Path → pixels `[height, width, 3]`; safe to call from several threads.

    The first pictures that fit are kept and none is thrown out: an epoch visits nearly all once,
    so that throwing out the longest unused one would always throw out the next one needed.
    """

    def __init__(self, most_bytes: int) -> None:
        self.room = most_bytes
        self._kept: dict[Path, Pixels] = {}

    def __call__(self, path: Path) -> Pixels:
        kept = self._kept.get(path)
        if kept is not None:
            return kept
        pixels = decode(path.read_bytes()).pixels
        if pixels.nbytes <= self.room:
            self.room -= pixels.nbytes  # two threads at once may overdraw it by a picture
            self._kept[path] = pixels
        return pixels
