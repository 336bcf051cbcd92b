import numpy as np
from tests.pictures import scene

from realeyez_training.fit.augment import degrade

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
