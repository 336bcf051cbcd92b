"""Views → logits and patch maps, by the model's onnxruntime sessions."""

import os
from typing import Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from realeyez.models import Manifest, Model, ModelError
from realeyez.pipeline.types import Prediction
from realeyez.pipeline.views import VIEW_SIZE

Provider = Literal["auto", "cuda", "cpu"]

_CUDA, _CPU = "CUDAExecutionProvider", "CPUExecutionProvider"


class Classifier:
    """The model, ready to answer.

    classifier = Classifier(load_model("bundled"))
    logits = classifier.predict(make_views(pixels, classifier.manifest.views).pixels).logits

    On CPUs a run with one thread costs the least, and `lanes` of them at a time use all cores; a
    run that is alone may have all cores to itself, which costs more in all and answers sooner.
    A GPU has one lane, which one thread owns.
    """

    def __init__(
        self, model: Model, *, threads: int = 0, provider: Provider = "auto", lanes: bool = False
    ) -> None:
        """Raises `ModelError` if the file is no ONNX model or not the one of its manifest.

        threads: of CPUs that run the model; 0: all cores. lanes: prepare for many runs at a time.
        """
        self.manifest: Manifest = model.manifest
        threads = threads or os.cpu_count() or 1
        self._wide = _session(model, threads, provider)
        on_gpu = self.provider == _CUDA
        self.lanes = threads if lanes and not on_gpu else 1
        self._narrow = self._wide if self.lanes == 1 else _session(model, 1, "cpu")
        # CUDA plans memory and kernels anew for every shape: few shapes, and all of them warm.
        self._sizes = _sizes(self.manifest.batch) if on_gpu else ()
        self._check_names()

    @property
    def provider(self) -> str:
        """The execution provider that the model runs on."""
        return str(self._wide.get_providers()[0])

    @property
    def best_batch(self) -> int:
        """Views in a run that cost the least each: many on a GPU, one on a CPU, whose caches it
        fits."""
        return self.manifest.batch if self._sizes else 1

    def _check_names(self) -> None:
        manifest, session = self.manifest, self._wide
        has = {value.name for value in (*session.get_inputs(), *session.get_outputs())}
        if missing := {manifest.input, manifest.logit_output, manifest.map_output} - has:
            raise ModelError(
                f"{manifest.file} has no {', '.join(sorted(missing))}, which its manifest names."
            )

    def warm_up(self) -> None:
        """Run every shape once, so that no caller waits for the first time."""
        for views in self._sizes or (1,):
            nothing = np.zeros((views, VIEW_SIZE, VIEW_SIZE, 3), np.uint8)
            self.predict(nothing, alone=True)
            self.predict(nothing)

    def predict(self, views: NDArray[np.uint8], *, alone: bool = False) -> Prediction:
        """uint8 `[n, 224, 224, 3]` → logits `[n]` and maps `[n, 7, 7]`.

        alone: whether all cores may work on this one. On CPUs it may be called from as many
        threads as there are lanes.
        """
        session = self._wide if alone else self._narrow
        names = [self.manifest.logit_output, self.manifest.map_output]
        count = len(views)
        logits, maps = session.run(names, {self.manifest.input: self._padded(views)})
        return Prediction(logits=logits[:count], maps=maps[:count])

    def _padded(self, views: NDArray[np.uint8]) -> NDArray[np.uint8]:
        size = next((size for size in self._sizes if size >= len(views)), len(views))
        if size == len(views):
            return views
        nothing = np.zeros((size - len(views), *views.shape[1:]), np.uint8)
        return np.concatenate([views, nothing])


def _sizes(batch: int) -> tuple[int, ...]:
    """1, 2, 4, … and the largest batch: at most half of a padded run is for nothing."""
    return (*(2**i for i in range(batch.bit_length()) if 2**i < batch), batch)


def _session(model: Model, threads: int, provider: Provider) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    # Spinning threads burn the cores that decode the next picture.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    available = ort.get_available_providers()
    wanted = {"auto": (_CUDA, _CPU), "cuda": (_CUDA,), "cpu": (_CPU,)}[provider]
    if provider == "cuda" and _CUDA not in available:
        raise ModelError("There is no CUDA in this onnxruntime. Install realeyez[gpu].")
    try:
        session = ort.InferenceSession(
            model.onnx, options, providers=[name for name in wanted if name in available]
        )
    except Exception as error:  # onnxruntime's errors share no base class
        raise ModelError(f"{model.manifest.file} cannot be loaded: {error}") from error
    if provider == "cuda" and session.get_providers()[0] != _CUDA:
        raise ModelError("CUDA cannot be used here: is there a GPU, and its driver?")
    return session
