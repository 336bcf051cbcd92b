"""What a GPU is run with, on the CPU: the same buffers, sizes and checks, on another device."""

import asyncio
import logging
import threading
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from tests.pictures import encode, scene

from realeyez.models import Model, ModelError
from realeyez.pipeline import check, session
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.engine import Engine, EngineConfig
from realeyez.pipeline.routes import Staged
from realeyez.pipeline.session import CPU, CUDA, Device, Fixed, batch_sizes
from realeyez.pipeline.views import VIEW_SIZE

NOT_HERE = Device("cpu", CPU.provider, {}, {"enable_cuda_graph": "1"})  # no option of the CPU's


@pytest.fixture
def small(model: Model) -> Model:
    """With batches of up to four: they are quickly warm."""
    return Model(model.manifest.model_copy(update={"batch": 4}), model.onnx)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPU stands in for a GPU."""
    monkeypatch.setattr(session, "CUDA", CPU)


def views(count: int) -> np.ndarray:
    shape = (count, VIEW_SIZE, VIEW_SIZE, 3)
    return np.random.default_rng(count).integers(0, 256, shape, np.uint8)


def test_sizes_waste_less_than_half() -> None:
    assert batch_sizes(1) == (1,)
    assert batch_sizes(6) == (1, 2, 4, 6)
    assert batch_sizes(32) == (1, 2, 4, 8, 16, 32)


def test_any_number_of_views_gets_the_answers_of_each(small: Model, classifier: Classifier) -> None:
    """Also after larger batches, whose views are still in the buffers, and over the largest."""
    fixed = Fixed(small, CPU)
    kept = []
    for count in (4, 1, 3, 2, 11):
        said, expected = fixed.run(views(count)), classifier.predict(views(count))
        assert said.logits.shape == (count,)
        assert said.maps.shape == (count, 7, 7)
        kept.append((said, expected))
    for said, expected in kept:  # no later run has written over an earlier one's answers
        assert np.allclose(said.logits, expected.logits, atol=1e-4)
        assert np.allclose(said.maps, expected.maps, atol=1e-3)


def test_buffers_stay(small: Model) -> None:
    fixed = Fixed(small, CPU)
    fixed.warm_up()
    places = {size: batch._views.data_ptr() for size, batch in fixed._batches.items()}
    assert set(places) == {1, 2, 4}
    for count in (1, 2, 3, 4):
        fixed.run(views(count))
    assert {size: batch._views.data_ptr() for size, batch in fixed._batches.items()} == places


def test_a_device_that_decides_otherwise_is_refused(
    small: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = Fixed(small, CPU)
    works = Fixed._run

    def coarse(self: Fixed, views: np.ndarray) -> Any:
        said = works(self, views)
        return type(said)(logits=said.logits + np.float32(0.02), maps=said.maps)

    monkeypatch.setattr(Fixed, "_run", coarse)
    with pytest.raises(ModelError, match=r"differ by 0\.00.*REALEYEZ_PROVIDER=cpu"):
        fixed.warm_up()


def test_where_runs_cannot_be_recorded_it_goes_without(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether the session is refused, its first run fails, or a replay says what is not so."""
    least = Model(model.manifest.model_copy(update={"batch": 1}), model.onnx)
    works = Fixed._run
    opens = session._opened

    def refuses(model: Model, device: Device, graphs: Any, *more: Any) -> Any:
        if graphs:
            raise ModelError("no graphs here")
        return opens(model, device, {}, *more)

    def fails(self: Fixed, views: np.ndarray) -> Any:
        if self._graphs:
            raise RuntimeError("cannot be recorded")
        return works(self, views)

    def stale(self: Fixed, views: np.ndarray) -> Any:
        return works(self, np.zeros_like(views) if self._graphs else views)

    monkeypatch.setattr(session, "_opened", refuses)
    Fixed(least, NOT_HERE, graphs=True).warm_up()
    monkeypatch.setattr(
        session, "_opened", lambda model, device, _, *more: opens(model, device, {}, *more)
    )
    for fault in (fails, stale):
        monkeypatch.setattr(Fixed, "_run", fault)
        Fixed(least, NOT_HERE, graphs=True).warm_up()
    said = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(said) == 3
    assert "no graphs here" in said[0]
    assert "cannot be recorded" in said[1]
    assert "decides otherwise" in said[2]


def test_arithmetic_is_that_of_the_thresholds() -> None:
    assert CUDA.options["use_tf32"] == "0"


@pytest.mark.usefixtures("gpu")
async def test_the_engine_with_a_gpu(
    small: Model, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [encode(scene(seed=seed)) for seed in range(6)]
    config = EngineConfig(provider="cuda", decode_threads=2)
    async with Engine.running(small, config) as engine:
        runs: list[int] = []
        route = engine._route
        assert isinstance(route, Staged)
        monkeypatch.setattr(route._batcher, "_on_run", runs.append)
        verdicts = await asyncio.gather(*map(engine.check, pictures))
        assert route._batcher._lanes == 1
    assert sum(runs) == len(pictures)
    assert max(runs) <= 4
    for verdict, data in zip(verdicts, pictures, strict=True):
        alone = check(data, classifier)
        assert verdict.image == alone.image
        assert verdict.probability == pytest.approx(alone.probability, abs=1e-5)


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("max_views", [0, 1])
async def test_one_thread_warms_and_runs_a_gpu(
    small: Model, monkeypatch: pytest.MonkeyPatch, max_views: int
) -> None:
    seen = set()
    works = Fixed.run

    def run(self: Fixed, views: np.ndarray) -> Any:
        seen.add(threading.current_thread().name)
        return works(self, views)

    monkeypatch.setattr(Fixed, "run", run)
    config = EngineConfig(provider="cuda", decode_threads=2, max_views=max_views)
    async with Engine.running(small, config) as engine:
        await asyncio.gather(*(engine.check(encode(scene(seed=seed))) for seed in range(4)))
    assert len(seen) == 1


def test_without_a_gpu(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in this onnxruntime, nor in this machine."""
    monkeypatch.setattr(ort, "get_available_providers", lambda: [CPU.provider])
    with pytest.raises(ModelError, match=r"realeyez\[gpu\]"):
        Classifier(model, provider="cuda")
    assert Classifier(model).provider == CPU.provider
    monkeypatch.setattr(ort, "get_available_providers", lambda: [CUDA.provider, CPU.provider])
    with pytest.raises(ModelError):
        Classifier(model, provider="cuda")
    assert Classifier(model, lanes=True).provider == CPU.provider
    assert "The model runs on CPUs" in caplog.text
