"""The fused batch norm trains the same network."""

from pathlib import Path

import keras
import numpy as np
import pytest

from realeyez_training.fit.fused_norm import FusedBatchNormalization, with_fused_norm

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="only TensorFlow's batch norm is replaced"
)


def _model() -> keras.Model:
    keras.utils.set_random_seed(1)
    inner = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            keras.layers.Normalization(),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
        ],
        name="backbone",
    )
    inner.layers[0].adapt(np.random.default_rng(4).normal(5, 9, (50, 6, 6, 3)))
    image = keras.Input((6, 6, 3))
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(inner(image)))


def _trained(model: keras.Model) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(64, 6, 6, 3)), rng.normal(size=(64, 4))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, batch_size=16, epochs=5, shuffle=False, verbose=0)
    return [*model.get_weights(), model.predict(x, verbose=0)]


def test_trains_to_the_same_weights_and_statistics() -> None:
    plain, fused = _model(), with_fused_norm(_model())
    norm = fused.get_layer("backbone").layers[-1]
    assert isinstance(norm, FusedBatchNormalization)
    for wanted, got in zip(_trained(plain), _trained(fused), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0.01, atol=1e-4)


def test_is_saved_and_loaded(tmp_path: Path) -> None:
    model = with_fused_norm(_model())
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(3).normal(size=(2, 6, 6, 3))
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_other_arithmetic_is_left_to_keras() -> None:
    policy = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        model = with_fused_norm(_model())
    finally:
        keras.config.set_dtype_policy(policy)
    assert type(model.get_layer("backbone").layers[-1]) is keras.layers.BatchNormalization
