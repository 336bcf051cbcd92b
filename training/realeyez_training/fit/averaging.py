"""The running average of the weights, which predicts better than the weights of any one step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np


@keras.saving.register_keras_serializable("realeyez")
class AveragingAdamW(keras.optimizers.AdamW):
    """AdamW that keeps the average (`use_ema`) and leaves the weights alone.

    Keras overwrites the weights with their average at the end of every `fit`, which would throw
    training back: a run is many of them.
    """

    def finalize_variable_values(self, var_list: list[Any]) -> None:
        """Nothing; `averaged_weights` shows the average when it is wanted."""

    def show_average(self, variables: list[Any]) -> None:
        """Overwrite the trained variables with their average."""
        super().finalize_variable_values(variables)


@contextmanager
def averaged_weights(model: keras.Model) -> Iterator[None]:
    """Within the block the model has its averaged weights, after it those it trains on.

    With an optimizer that keeps no average, nothing changes
    (Polyak & Juditsky, 1992, SIAM J. Control Optim. 30).
    """
    variables = model.trainable_variables
    kept = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
    # Where arithmetic is mixed, a loss scale may be wrapped around it.
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    if isinstance(optimizer, AveragingAdamW):
        optimizer.show_average(variables)
        for variable in variables:  # JAX gives buffers away: the average must keep its own
            variable.assign(keras.ops.copy(variable))
    yield
    for variable, value in zip(variables, kept, strict=True):
        variable.assign(value)
