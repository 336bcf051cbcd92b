"""onnxruntime sessions: uint8 views → logits and patch maps."""

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from realeyez.models import Model, ModelError
from realeyez.pipeline import cores
from realeyez.pipeline.types import Prediction
from realeyez.pipeline.views import VIEW_SIZE

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]

_MAP_SIDE = 7
_MOST_CHANGE = 1e-3  # in probability, between a device and the CPU
_PROOF_VIEWS = 8
_SPIN_US = "50"  # how long a thread without work in a run looks for some before it sleeps
_RUNS = 4  # of each size: buffers are made, the run is recorded, and replayed with other views


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session runs: its buffers' device, its execution provider and that one's options."""

    name: str
    provider: str
    options: Mapping[str, str]
    graphs: Mapping[str, str]  # further options, with which runs are recorded and replayed


CPU = Device("cpu", "CPUExecutionProvider", {}, {})
# TF32 would be other arithmetic than that in which the thresholds were fitted.
CUDA = Device("cuda", "CUDAExecutionProvider", {"use_tf32": "0"}, {"enable_cuda_graph": "1"})


class Plain:
    """Any number of views at a time, from any number of threads: what suits CPUs."""

    def __init__(self, model: Model, threads: int = 0) -> None:
        """threads: that share each run; 0: all cores. Raises `ModelError`."""
        manifest = model.manifest
        threads = threads or cores.usable()
        self._places = cores.places(threads)
        self._session = _opened(model, CPU, {}, threads, self._places)
        self._input = manifest.input
        self._outputs = [manifest.logit_output, manifest.map_output]

    def run(self, views: Pixels) -> Prediction:
        # The others stay on their cores. One of them that shared ours would only spin there.
        with cores.staying_on(self._places[0]) if self._places else contextlib.nullcontext():
            logits, maps = self._session.run(self._outputs, {self._input: views})
        return Prediction(logits=logits, maps=maps)


class Fixed:
    """A few batch sizes, each in buffers that stay where they are: what suits a GPU.

    It plans memory and kernels anew for every shape, and can replay a recorded run (a CUDA graph)
    where shapes and buffers do not change. To be warmed and run by one and the same thread.
    """

    def __init__(self, model: Model, device: Device, *, graphs: bool = False) -> None:
        """graphs: record runs and replay them, if that can be done here. Raises `ModelError`."""
        self._model = model
        self._device = device
        self.sizes = batch_sizes(model.manifest.batch)
        try:
            self._open(graphs=graphs)
        except ModelError as error:
            if not graphs:
                raise
            self._open_without_graphs(error)

    def _open(self, *, graphs: bool) -> None:
        more = self._device.graphs if graphs else {}
        self._session = _opened(self._model, self._device, more, cores.usable())
        self._graphs = graphs
        self._batches: dict[int, _Batch] = {}

    def _open_without_graphs(self, why: Exception) -> None:
        log.warning("Runs are not recorded on %s: %s", self._device.name, why)
        self._open(graphs=False)

    def run(self, views: Pixels) -> Prediction:
        most = self.sizes[-1]
        parts = [self._run(views[start : start + most]) for start in range(0, len(views), most)]
        if len(parts) == 1:
            return parts[0]
        return Prediction(
            logits=np.concatenate([part.logits for part in parts]),
            maps=np.concatenate([part.maps for part in parts]),
        )

    def _run(self, views: Pixels) -> Prediction:
        size = next(size for size in self.sizes if size >= len(views))
        if size not in self._batches:
            self._batches[size] = _Batch(self._session, self._model, self._device.name, size)
        return self._batches[size].run(views)

    def warm_up(self) -> None:
        """Run every size, and compare what it says with what a CPU says.

        Raises `ModelError` if the two decide differently.
        """
        try:
            self._prove()
        except Exception as error:  # onnxruntime's errors share no base class
            if not self._graphs:
                raise
            self._open_without_graphs(error)
            self._prove()

    def _prove(self) -> None:
        shape = (_PROOF_VIEWS, VIEW_SIZE, VIEW_SIZE, 3)
        views = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        expected = Plain(self._model).run(views).logits
        for size in self.sizes:
            for turn in range(_RUNS):
                places = (np.arange(size) + turn) % _PROOF_VIEWS
                said = self.run(views[places]).logits
                # A sigmoid is nowhere steeper than 1/4.
                change = np.abs(said - expected[places]) / (4 * self._model.manifest.temperature)
                if not change.max() <= _MOST_CHANGE:
                    raise ModelError(
                        f"{self._device.provider} decides otherwise than the CPU: probabilities "
                        f"differ by {change.max():.2g}. Set REALEYEZ_PROVIDER=cpu."
                    )


class _Batch:
    """The buffers of one size."""

    def __init__(self, session: ort.InferenceSession, model: Model, device: str, size: int) -> None:
        manifest = model.manifest
        self._host = np.zeros((size, VIEW_SIZE, VIEW_SIZE, 3), np.uint8)
        self._views = ort.OrtValue.ortvalue_from_numpy(self._host, device, 0)
        self._logits = _buffer((size,), device)
        self._maps = _buffer((size, _MAP_SIDE, _MAP_SIDE), device)
        self._session = session
        self._binding = session.io_binding()
        self._binding.bind_ortvalue_input(manifest.input, self._views)
        self._binding.bind_ortvalue_output(manifest.logit_output, self._logits)
        self._binding.bind_ortvalue_output(manifest.map_output, self._maps)
        self._options = ort.RunOptions()
        self._options.add_run_config_entry("gpu_graph_id", str(size))  # each has its own recording

    def run(self, views: Pixels) -> Prediction:
        """What follows the views in the buffer is from an earlier run, and looked at by nobody."""
        count = len(views)
        self._host[:count] = views
        self._views.update_inplace(self._host)
        self._session.run_with_iobinding(self._binding, self._options)
        # Copies: where the device is the CPU, onnxruntime shows its buffer itself.
        return Prediction(
            logits=self._logits.numpy()[:count].copy(), maps=self._maps.numpy()[:count].copy()
        )


def _buffer(shape: tuple[int, ...], device: str) -> Any:
    return ort.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, device, 0)


def batch_sizes(most: int) -> tuple[int, ...]:
    """1, 2, 4, … and the largest batch: at most half of a padded run is for nothing."""
    return (*(2**i for i in range(most.bit_length()) if 2**i < most), most)


def _opened(
    model: Model,
    device: Device,
    graphs: Mapping[str, str],
    threads: int,
    places: Sequence[int] = (),
) -> ort.InferenceSession:
    """threads: the caller's and those that help it on a CPU. places: their cores, the caller's
    first."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    # With more threads than cores one would spin where another waits; a GPU's run has none here.
    spins = device.provider == CPU.provider and threads <= cores.usable()
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spins)))
    options.add_session_config_entry("session.intra_op.spin_duration_us", _SPIN_US)
    options.add_session_config_entry("session.force_spinning_stop", "1")  # with the run's end
    if places:
        counted_from_1 = ";".join(str(core + 1) for core in places[1:])
        options.add_session_config_entry("session.intra_op_thread_affinities", counted_from_1)
    provider = (device.provider, {**device.options, **graphs})
    try:
        session = ort.InferenceSession(model.onnx, options, providers=[provider], enable_fallback=0)
    except Exception as error:  # onnxruntime's errors share no base class
        raise ModelError(f"{model.manifest.file} cannot be loaded: {error}") from error
    if session.get_providers()[0] != device.provider:
        raise ModelError(f"{device.provider} cannot be used here: is there a GPU, and its driver?")
    _check_names(model, session)
    return session


def _check_names(model: Model, session: ort.InferenceSession) -> None:
    manifest = model.manifest
    has = {value.name for value in (*session.get_inputs(), *session.get_outputs())}
    if missing := {manifest.input, manifest.logit_output, manifest.map_output} - has:
        raise ModelError(
            f"{manifest.file} has no {', '.join(sorted(missing))}, which its manifest names."
        )
