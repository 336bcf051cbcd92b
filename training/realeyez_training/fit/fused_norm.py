"""Batch norm in one operation forward and one back: what a CPU is given of Keras' takes ten."""

from __future__ import annotations

from typing import Any

import keras

from realeyez_training.fit.model import copy_weights


@keras.saving.register_keras_serializable("realeyez")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """`keras.layers.BatchNormalization` over the last axis of `[n, h, w, c]`, on TensorFlow.

    The running variance is of n / (n − 1) times the batch's: Bessel's correction is TensorFlow's.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        from tensorflow.compat.v1.nn import fused_batch_norm

        outputs, mean, variance = fused_batch_norm(
            inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
        )
        for moving, batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + batch * (1 - self.momentum))
        return outputs


def with_fused_norm(model: keras.Model) -> keras.Model:
    """The same network and weights, its batch norms fused where the backend can."""
    if keras.backend.backend() != "tensorflow":
        return model  # JAX and torch.compile fuse by themselves
    fused = keras.models.clone_model(model, clone_function=_clone, recursive=True)
    copy_weights(model, fused)
    return fused


def _clone(layer: keras.Layer) -> keras.Layer:
    kind = type(layer)
    if kind is keras.layers.BatchNormalization and layer.compute_dtype == "float32":
        kind = FusedBatchNormalization
    return kind.from_config(layer.get_config())
