"""Views → logits and patch maps, by the model's onnxruntime sessions."""

import logging
from time import perf_counter
from typing import Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from realeyez.models import Manifest, Model, ModelError
from realeyez.pipeline import cores, session
from realeyez.pipeline.session import Fixed, Plain
from realeyez.pipeline.types import Prediction
from realeyez.pipeline.views import VIEW_SIZE

log = logging.getLogger(__name__)

Provider = Literal["auto", "cuda", "cpu"]


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
        threads = threads or cores.usable()
        self._gpu = None if provider == "cpu" else _on_gpu(model, provider, graphs=lanes)
        self.lanes = threads if lanes and self._gpu is None else 1
        self._wide = self._gpu or Plain(model, threads)
        self._narrow = self._wide if self.lanes == 1 else Plain(model, 1)
        self.lane_seconds = 0.0
        """What a lane takes for a view, once it is warm."""

    @property
    def provider(self) -> str:
        """The execution provider that the model runs on."""
        return (session.CPU if self._gpu is None else session.CUDA).provider

    @property
    def any_thread(self) -> bool:
        """Whether any thread may call `predict`, also while another does."""
        return self._gpu is None

    @property
    def best_batch(self) -> int:
        """Views in a run that cost the least each: many on a GPU, one on a CPU, whose caches it
        fits."""
        return 1 if self._gpu is None else self.manifest.batch

    def warm_up(self) -> None:
        """Run every shape, so that no caller waits for the first time.

        In the thread that will call `predict`: what a GPU records is that thread's. Raises
        `ModelError` if a GPU decides otherwise than a CPU.
        """
        if self._gpu is not None:
            self._gpu.warm_up()
            return
        nothing = np.zeros((1, VIEW_SIZE, VIEW_SIZE, 3), np.uint8)
        self.predict(nothing, alone=True)
        self.predict(nothing)
        started = perf_counter()
        self.predict(nothing)
        self.lane_seconds = perf_counter() - started

    def predict(self, views: NDArray[np.uint8], *, alone: bool = False) -> Prediction:
        """uint8 `[n, 224, 224, 3]` → logits `[n]` and maps `[n, 7, 7]`.

        alone: whether all cores may work on this one.
        """
        return (self._wide if alone else self._narrow).run(views)


def _on_gpu(model: Model, provider: Provider, *, graphs: bool) -> Fixed | None:
    """None if there is no GPU that can be used, and none is insisted on."""
    if session.CUDA.provider not in ort.get_available_providers():
        if provider == "cuda":
            raise ModelError("There is no CUDA in this onnxruntime. Install realeyez[gpu].")
        return None
    try:
        return Fixed(model, session.CUDA, graphs=graphs)
    except ModelError as error:
        if provider == "cuda":
            raise
        log.warning("The model runs on CPUs. %s", error)
        return None
