from pathlib import Path

import numpy as np
from tests.pictures import encode, scene

from realeyez_training.data.pixels import PixelCache


def test_the_first_pictures_that_fit_are_kept(tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.png" for i in range(2)]
    for i, path in enumerate(paths):
        path.write_bytes(encode(scene(120, 80, i), "PNG"))
    cache = PixelCache(120 * 80 * 3 + 10)
    first, second = (cache(path) for path in paths)
    assert np.array_equal(first, np.asarray(scene(120, 80, 0)))
    assert np.array_equal(second, np.asarray(scene(120, 80, 1)))
    assert cache(paths[0]) is first
    assert cache(paths[1]) is not second
