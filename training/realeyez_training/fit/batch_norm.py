"""Batch-norm statistics of the weights as they are, not of the last hundred steps' weights."""

from __future__ import annotations

from typing import Protocol

import keras

from realeyez_training.fit.batches import Batch


class Batches(Protocol):
    """What the statistics are taken over: `TrainingBatches`."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Batch: ...


def estimate_batch_norm(model: keras.Model, batches: Batches, count: int = 24) -> None:
    """Set the statistics of all trained batch norms to their mean over `count` batches.

    The running average that training leaves behind lags its weights, so that validation may say
    little of them. The statistics take no part in training steps, so the weights are not changed.
    From Wu & Johnson, 2021, arXiv:2105.07576.
    """
    layers = model.get_layer("backbone").layers
    norms = [
        layer
        for layer in layers
        # A frozen one keeps the statistics that its weights came with.
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    if not norms:
        return
    drops = [layer for layer in layers if isinstance(layer, keras.layers.Dropout)]
    momenta = [norm.momentum for norm in norms]
    rates = [drop.rate for drop in drops]
    for drop in drops:
        drop.rate = 0.0
    for step in range(min(count, len(batches))):
        for norm in norms:
            norm.momentum = step / (step + 1)  # the plain mean of all steps so far
        model(batches[step][0], training=True)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    for drop, rate in zip(drops, rates, strict=True):
        drop.rate = rate
