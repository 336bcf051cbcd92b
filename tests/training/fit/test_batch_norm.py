import keras
import numpy as np
import pytest

from realeyez_training.fit.batch_norm import estimate_batch_norm

RNG = np.random.default_rng(8)
BATCHES = [(RNG.normal(i, 1 + i, (16, 4)).astype(np.float32), np.zeros((16, 1))) for i in range(5)]


@pytest.fixture
def model() -> keras.Model:
    """A normalisation whose statistics are far from the truth, beside a dropout."""
    layers = [keras.Input((4,)), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Sequential(layers, name="backbone")])
    norm = model.get_layer("backbone").layers[0]
    norm.moving_mean.assign(np.full(4, 99.0))
    norm.moving_variance.assign(np.full(4, 99.0))
    return model


def estimate(model: keras.Model) -> keras.layers.BatchNormalization:
    estimate_batch_norm(model, BATCHES, count=3)
    return model.get_layer("backbone").layers[0]


def test_statistics_are_the_mean_over_the_batches(model: keras.Model) -> None:
    norm = estimate(model)
    means = np.mean([views.mean(0) for views, _ in BATCHES[:3]], axis=0)
    variances = np.mean([views.var(0) for views, _ in BATCHES[:3]], axis=0)
    assert np.allclose(norm.moving_mean, means, rtol=1e-4)
    assert np.allclose(norm.moving_variance, variances, rtol=1e-4)


def test_training_goes_on_as_before(model: keras.Model) -> None:
    norm, drop = model.get_layer("backbone").layers
    before = norm.momentum, drop.rate
    estimate(model)
    assert (norm.momentum, drop.rate) == before


def test_a_frozen_one_keeps_its_own(model: keras.Model) -> None:
    model.get_layer("backbone").trainable = False
    assert np.allclose(estimate(model).moving_mean, 99.0)
