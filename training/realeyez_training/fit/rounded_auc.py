"""The AUC of labels that may be shares."""

from typing import Any

import keras


@keras.saving.register_keras_serializable("realeyez")
class RoundedAUC(keras.metrics.AUC):
    """A picture that is AI by half counts as AI. Keras counts any share above 0."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(keras.ops.cast(y_true >= 0.5, "float32"), y_pred, sample_weight)
