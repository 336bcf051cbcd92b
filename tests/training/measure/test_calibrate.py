import numpy as np
import pytest

from realeyez_training.measure.calibrate import fit_temperature

RNG = np.random.default_rng(4)


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_temperature_is_recovered(true: float) -> None:
    """Labels drawn from sigmoid(logit / true) give `true` back."""
    logits = RNG.normal(0, 3, 20_000)
    labels = RNG.random(20_000) < 1 / (1 + np.exp(-logits / true))
    assert fit_temperature(logits, labels) == pytest.approx(true, rel=0.06)
