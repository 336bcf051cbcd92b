"""Views → logits and patch maps, by the model's onnxruntime session."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from realeyez.models import Manifest, Model, ModelError
from realeyez.pipeline.types import Prediction


class Classifier:
    """One ONNX session. Not for use by several threads at once: one thread owns it."""

    def __init__(self, model: Model, *, threads: int = 0) -> None:
        """Raises `ModelError` if the file is no ONNX model or not the one of its manifest.

        threads: inside one run; 0 leaves it to onnxruntime (all cores).
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        # Spinning threads burn the cores that decode the next picture.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        available = ort.get_available_providers()
        wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
        self.manifest: Manifest = model.manifest
        try:
            self._session = ort.InferenceSession(
                model.onnx, options, providers=[name for name in wanted if name in available]
            )
        except Exception as error:  # onnxruntime's errors share no base class
            raise ModelError(f"{self.manifest.file} cannot be loaded: {error}") from error
        self._check_names()

    @property
    def provider(self) -> str:
        """The execution provider that the session runs on."""
        return str(self._session.get_providers()[0])

    def _check_names(self) -> None:
        manifest, session = self.manifest, self._session
        has = {value.name for value in (*session.get_inputs(), *session.get_outputs())}
        if missing := {manifest.input, manifest.logit_output, manifest.map_output} - has:
            raise ModelError(
                f"{manifest.file} has no {', '.join(sorted(missing))}, which its manifest names."
            )

    def predict(self, views: NDArray[np.uint8]) -> Prediction:
        """uint8 `[n, 224, 224, 3]` → logits `[n]` and maps `[n, 7, 7]`."""
        manifest = self.manifest
        logits, maps = self._session.run(
            [manifest.logit_output, manifest.map_output], {manifest.input: views}
        )
        return Prediction(logits=logits, maps=maps)
