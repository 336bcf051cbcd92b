"""Ways to run the shipped weights: python -m benchmarks.serving.runtimes NAME SECONDS"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from benchmarks.serving.apps.recipe import CORES
from numpy.typing import NDArray

from realeyez.models import load_model
from realeyez.pipeline.classifier import Classifier

WARM_S = 0.5
SAMPLES = 16

Views = NDArray[np.uint8]
Logits = NDArray[np.float32]


class Runtime:
    """Something that runs the model: by one caller, or by several at a time."""

    def __init__(self, predict: Callable[[Views], Logits], *, callers: int, batch: int) -> None:
        """predict: views → logits. callers: threads that call it. batch: views in a call."""
        self.predict = predict
        self.callers = callers
        self.batch = batch


def lanes() -> Runtime:
    """Ours: a run of one view and one thread on each core."""
    classifier = Classifier(load_model("bundled"), provider="cpu", lanes=True)
    return Runtime(lambda views: classifier.predict(views).logits, callers=CORES, batch=1)


def onnxruntime(batch: int) -> Runtime:
    """Its defaults: one run at a time with all cores, which spin."""
    import onnxruntime as ort

    model = load_model("bundled")
    session = ort.InferenceSession(model.onnx, providers=["CPUExecutionProvider"])
    names = [model.manifest.logit_output]
    return Runtime(
        lambda views: session.run(names, {model.manifest.input: views})[0], callers=1, batch=batch
    )


def openvino(hint: str, precision: str) -> Runtime:
    """Its two performance hints; as many callers as it has streams."""
    import openvino as ov

    model = load_model("bundled")
    core = ov.Core()
    hints = {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": precision}
    compiled = core.compile_model(core.read_model(io.BytesIO(model.onnx)), "CPU", hints)
    output = compiled.output(model.manifest.logit_output)
    free = [compiled.create_infer_request() for _ in range(_streams(compiled))]

    def predict(views: Views) -> Logits:
        request = free.pop()
        try:
            return np.array(request.infer({model.manifest.input: views})[output])
        finally:
            free.append(request)

    return Runtime(predict, callers=len(free), batch=1)


def _streams(compiled: Any) -> int:
    return int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))


RUNTIMES: dict[str, Callable[[], Runtime]] = {
    "lanes": lanes,
    "onnxruntime": lambda: onnxruntime(1),
    "onnxruntime-batch-8": lambda: onnxruntime(8),
    "openvino-throughput": lambda: openvino("THROUGHPUT", "f32"),
    "openvino-latency": lambda: openvino("LATENCY", "f32"),
    "openvino-bf16": lambda: openvino("THROUGHPUT", "bf16"),
}


def views_per_second(runtime: Runtime, seconds: float) -> float:
    """All callers at once, after a warm-up."""
    views = np.random.default_rng(1).integers(0, 256, (runtime.batch, 224, 224, 3), np.uint8)

    def calls(end: float) -> int:
        return sum(len(runtime.predict(views)) for _ in _until(end))

    with ThreadPoolExecutor(runtime.callers) as threads:
        list(threads.map(calls, [time.monotonic() + WARM_S] * runtime.callers))
        started = time.monotonic()
        done = sum(threads.map(calls, [started + seconds] * runtime.callers))
        return done / (time.monotonic() - started)


def _until(end: float) -> Iterator[None]:
    while time.monotonic() < end:
        yield


def logit_difference(runtime: Runtime) -> float:
    """The largest difference to onnxruntime's logits, on noise of every strength."""
    random = np.random.default_rng(2)
    expected = onnxruntime(1)
    largest = 0.0
    for strength in np.linspace(1, 80, SAMPLES):
        noise = 128 + random.normal(0, strength, (1, 224, 224, 3))
        views = noise.clip(0, 255).astype(np.uint8)
        difference = np.abs(runtime.predict(views) - expected.predict(views)).max()
        largest = max(largest, float(difference))
    return largest


if __name__ == "__main__":
    name, duration = sys.argv[1:]
    chosen = RUNTIMES[name]()
    cpu = time.process_time()
    rate = views_per_second(chosen, float(duration))
    cpu = time.process_time() - cpu
    figures = {
        "views_per_second": round(rate, 2),
        "cpu_ms_a_view": round(1000 * cpu / (rate * (float(duration) + WARM_S)), 2),
        "logit_difference": float(f"{logit_difference(chosen):.2g}"),
    }
    json.dump(figures, sys.stdout)
