import io

import numpy as np
from PIL import Image
from tests.pictures import encode, scene

from realeyez_training.augment import degrade, standardise

PIXELS = np.asarray(scene(400, 300))


def test_degrading_depends_on_the_generator_alone() -> None:
    first = degrade(PIXELS, np.random.default_rng(5))
    assert np.array_equal(first, degrade(PIXELS, np.random.default_rng(5)))
    assert not np.array_equal(first, degrade(PIXELS, np.random.default_rng(6)))


def test_every_picture_is_re_encoded() -> None:
    for seed in range(20):
        result = degrade(PIXELS, np.random.default_rng(seed))
        assert result.shape != PIXELS.shape or not np.array_equal(result, PIXELS)
        assert min(result.shape[:2]) >= 160


def test_standard_encoding_is_a_plain_jpeg_and_repeatable() -> None:
    data = encode(scene(), "PNG")
    standard = standardise(data)
    assert standard == standardise(data)
    picture = Image.open(io.BytesIO(standard))
    assert (picture.format, picture.size) == ("JPEG", (480, 320))
    assert not picture.getexif()
