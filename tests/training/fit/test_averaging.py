import keras
import numpy as np
import pytest

from realeyez_training.fit.averaging import AveragingAdamW, averaged_weights


def trained(optimizer: keras.optimizers.Optimizer) -> tuple[keras.Model, list[float]]:
    """A single weight after three fits of a step each, and the values it took."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer, "mse", jit_compile=False)
    values = []
    for _ in range(3):
        model.fit(np.ones((1, 1)), np.full((1, 1), 5.0), verbose=0)
        values.append(model.get_weights()[0].item())
    return model, values


def test_the_average_is_that_of_all_steps_and_is_put_back() -> None:
    model, (first, second, third) = trained(AveragingAdamW(0.1, use_ema=True, ema_momentum=0.9))
    expected = 0.9 * (0.9 * first + 0.1 * second) + 0.1 * third
    with averaged_weights(model):
        assert model.get_weights()[0].item() == pytest.approx(expected, rel=1e-5)
    assert model.get_weights()[0].item() == pytest.approx(third, rel=1e-6)


def test_averaging_does_not_change_what_is_trained() -> None:
    seeded = keras.utils.set_random_seed
    seeded(3)
    _, averaging = trained(AveragingAdamW(0.1, weight_decay=0.0, use_ema=True))
    seeded(3)
    _, plain = trained(keras.optimizers.AdamW(0.1, weight_decay=0.0))
    assert averaging == pytest.approx(plain, rel=1e-6)


def test_without_an_average_nothing_changes() -> None:
    model, (*_, third) = trained(keras.optimizers.SGD(0.1))
    with averaged_weights(model):
        assert model.get_weights()[0].item() == pytest.approx(third, rel=1e-6)
