import numpy as np
import pytest

from realeyez_training.measure.bands import fit_thresholds

RNG = np.random.default_rng(4)
LABELS = RNG.random(4000) < 0.5


def test_bands_hold_false_alarms_and_misses_within_bounds() -> None:
    probabilities = 1 / (1 + np.exp(-(RNG.normal(0, 1, 4000) + 2.5 * LABELS - 1.25)))
    bands = fit_thresholds(probabilities, LABELS)
    real, ai = probabilities[~LABELS], probabilities[LABELS]
    assert 0.007 < (real >= bands.ai).mean() <= 0.01
    assert 0.045 < (ai < bands.real).mean() <= 0.05
    assert bands.real < bands.balanced < bands.ai


def test_a_perfect_model_needs_no_unsure_band() -> None:
    bands = fit_thresholds(0.1 + 0.8 * LABELS, LABELS)
    assert bands.real == bands.balanced == bands.ai == pytest.approx(0.9)


def test_the_bounds_are_kept_in_every_data_set() -> None:
    sets = np.repeat([0, 1], 2000)
    logits = RNG.normal(0, 1, 4000) + 2.5 * LABELS - 1.25
    probabilities = 1 / (1 + np.exp(-(logits + 1.5 * sets)))  # the second seems more AI
    together = fit_thresholds(probabilities, LABELS)
    bands = fit_thresholds(probabilities, LABELS, sets)
    assert bands.ai > together.ai
    assert bands.real < together.real
    for number in (0, 1):
        of_set = sets == number
        real, ai = probabilities[of_set & ~LABELS], probabilities[of_set & LABELS]
        assert (real >= bands.ai).mean() <= 0.01
        assert (ai < bands.real).mean() <= 0.05
