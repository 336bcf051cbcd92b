"""Batch-norm statistics of the weights as they are, not of the last hundred steps' weights."""

from __future__ import annotations

from typing import Protocol

import keras

from realeyez_training.dataset import Batch


class Batches(Protocol):
    """What the statistics are taken over: `TrainingBatches`."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Batch: ...


class PreciseBatchNorm(keras.callbacks.Callback):
    """Estimates the statistics afresh before every validation.

    The running average that training leaves behind lags its weights, so that validation may say
    little of them. The statistics take no part in training steps, so the weights are not changed.
    From Wu & Johnson, 2021, arXiv:2105.07576.
    """

    def __init__(self, batches: Batches, count: int = 24) -> None:
        """count: batches that the estimate is the mean over, or all that there are."""
        super().__init__()
        self.batches = batches
        self.count = min(count, len(batches))

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        layers = self.model.get_layer("backbone").layers
        norms = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
        drops = [layer for layer in layers if isinstance(layer, keras.layers.Dropout)]
        if not all(norm.trainable for norm in norms):  # frozen: these are the weights' own
            return
        momenta = [norm.momentum for norm in norms]
        rates = [drop.rate for drop in drops]
        for drop in drops:
            drop.rate = 0.0
        for step in range(self.count):
            for norm in norms:
                norm.momentum = step / (step + 1)  # the plain mean of all steps so far
            self.model(self.batches[step][0], training=True)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        for drop, rate in zip(drops, rates, strict=True):
            drop.rate = rate
