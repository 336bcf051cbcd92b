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


def test_the_weakest_degradation_encodes_well_and_no_more() -> None:
    def distance(strength: float) -> float:
        results = [degrade(PIXELS, np.random.default_rng(seed), strength) for seed in range(20)]
        same = [result for result in results if result.shape == PIXELS.shape]
        return float(np.mean([np.abs(result.astype(int) - PIXELS).mean() for result in same]))

    weak = [degrade(PIXELS, np.random.default_rng(seed), 0.0) for seed in range(20)]
    assert all(result.shape == PIXELS.shape for result in weak)
    assert 0 < distance(0.0) < distance(0.5) < distance(1.0) < distance(1.5)
