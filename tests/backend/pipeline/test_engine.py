"""The engine with the model that ships; what it decides is what `pipeline.check` decides."""

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import PngImagePlugin
from tests.pictures import encode, scene
from tests.waiting import until

from realeyez.models import Model
from realeyez.pipeline import check
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.engine import Engine, EngineConfig
from realeyez.pipeline.errors import Expired, UnsupportedFormat
from realeyez.pipeline.routes import Direct, Staged
from realeyez.pipeline.types import Prediction, Verdict

PICTURES = [encode(scene(seed=seed)) for seed in range(6)]
CONFIG = EngineConfig(model_threads=2, decode_threads=2)


@pytest.fixture(params=["direct", "staged"])
async def engine(model: Model, request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    """By both routes: batches of several views are for GPUs, and run on CPUs too."""
    config = replace(CONFIG, max_views=4) if request.param == "staged" else CONFIG
    async with Engine.running(model, config) as engine:
        assert isinstance(engine._route, Direct if request.param == "direct" else Staged)
        yield engine


def runs_of(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the runs of the model, by their views."""
    runs: list[int] = []
    at = engine._route if isinstance(engine._route, Direct) else engine._route._batcher
    monkeypatch.setattr(at, "_on_run", runs.append)
    return runs


async def test_many_at_a_time_are_each_what_one_alone_is(
    engine: Engine, classifier: Classifier
) -> None:
    verdicts = await asyncio.gather(*(engine.check(data) for data in PICTURES))
    for verdict, data in zip(verdicts, PICTURES, strict=True):
        alone = check(data, classifier)
        assert verdict.image == alone.image
        assert verdict.verdict == alone.verdict
        assert verdict.probability == pytest.approx(alone.probability, abs=1e-5)
        timings = verdict.timings_ms
        assert timings.total >= sum(ms for step, ms in timings if step != "total") - 0.1


async def test_the_same_bytes_are_decided_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = runs_of(engine, monkeypatch)
    together = await asyncio.gather(*(engine.check(PICTURES[0]) for _ in range(5)))
    later = await engine.check(PICTURES[0], priority="feed")
    assert len(runs) == 1
    assert {verdict.id for verdict in (*together, later)} == {together[0].id}
    assert [verdict.cached for verdict in (*together, later)] == [False, *[True] * 5]
    explained = await engine.check(PICTURES[0], explain=True)
    assert explained.heatmap
    assert not explained.cached
    assert (await engine.check(PICTURES[0], explain=True)).heatmap == explained.heatmap


async def test_claims_decide_and_the_pixels_are_judged_beside_them(engine: Engine) -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Software", "Midjourney")
    plain, noted = encode(scene(), "PNG"), encode(scene(), "PNG", pnginfo=note)
    pixels, verdict = await engine.check(plain), await engine.check(noted)
    assert (verdict.verdict, verdict.basis) == ("ai", "declared_metadata")
    assert (pixels.claims, pixels.basis) == ((), "classifier")
    assert verdict.probability == pytest.approx(pixels.probability, abs=1e-5)
    assert (await engine.check(noted)).claims == verdict.claims


async def test_a_broken_picture_is_told_to_each_who_asks_and_not_kept(engine: Engine) -> None:
    asked = [engine.check(b"no picture") for _ in range(3)]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(end, UnsupportedFormat) for end in ends)
    with pytest.raises(UnsupportedFormat):
        await engine.check(b"no picture")


async def test_each_verdict_that_is_made_is_told_once_whoever_leaves(model: Model) -> None:
    """What is kept of checks must have the one that a shared or cached verdict names."""
    told: list[str] = []
    async with Engine.running(
        model, CONFIG, on_verdict=lambda verdict, priority: told.append(verdict.id)
    ) as engine:
        first, second = (asyncio.create_task(engine.check(PICTURES[0])) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        shared = await second
        again = await engine.check(PICTURES[0])
    assert shared.cached
    assert told == [shared.id] == [again.id]


async def test_one_who_leaves_takes_nothing_from_those_who_share(engine: Engine) -> None:
    first, second = (asyncio.create_task(engine.check(PICTURES[0])) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).image.format == "JPEG"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_when_all_leave_it_is_dropped_and_the_next_begins_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = runs_of(engine, monkeypatch)
    blockers = [asyncio.create_task(engine.check(data)) for data in PICTURES[1:]]
    await asyncio.sleep(0)
    gone = [asyncio.create_task(engine.check(PICTURES[0])) for _ in range(2)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, *blockers, return_exceptions=True)
    assert sum(runs) == len(blockers)
    assert not (await engine.check(PICTURES[0])).cached


async def test_a_session_that_fails_fails_no_other_picture(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    route = engine._route
    predictor = route._classifier if isinstance(route, Direct) else route._batcher._predictor
    works, calls = predictor.predict, itertools.count()

    def fails_at_times(views: Any, *, alone: bool = False) -> Prediction:
        if next(calls) % 3 == 1:
            raise RuntimeError("the session failed")
        return works(views, alone=alone)

    monkeypatch.setattr(predictor, "predict", fails_at_times)
    ends = await asyncio.gather(*map(engine.check, PICTURES), return_exceptions=True)
    failed = [end for end in ends if isinstance(end, RuntimeError)]
    assert 1 <= len(failed) <= 2  # a batch that fails is tried one by one
    for end, data in zip(ends, PICTURES, strict=True):
        if isinstance(end, Verdict):
            assert end.image.sha256 == digest(data)
    monkeypatch.undo()
    again = await asyncio.gather(*map(engine.check, PICTURES))
    assert [verdict.image.sha256 for verdict in again] == [digest(data) for data in PICTURES]


@pytest.mark.parametrize(("lane_seconds", "then"), [(60.0, True), (0.0, False)])
async def test_all_cores_are_tried_again_only_where_they_gained_something(
    model: Model, monkeypatch: pytest.MonkeyPatch, lane_seconds: float, then: bool
) -> None:
    async with Engine.running(model, CONFIG) as engine:
        assert isinstance(engine._route, Direct)
        classifier = engine._route._classifier
        assert 0 < classifier.lane_seconds < 10
        works, alone = classifier.predict, list[bool]()

        def notes(views: Any, **how: bool) -> Prediction:
            alone.append(how["alone"])
            return works(views, **how)

        monkeypatch.setattr(classifier, "predict", notes)
        monkeypatch.setattr(classifier, "lane_seconds", lane_seconds)
        await engine.check(PICTURES[0])
        await engine.check(PICTURES[1])
        assert alone == [True, then]


async def test_deadline(engine: Engine) -> None:
    with pytest.raises(Expired):
        await engine.check(PICTURES[0], seconds=0.0)
    impatient = asyncio.create_task(engine.check(PICTURES[0], seconds=0.0001))
    patient = asyncio.create_task(engine.check(PICTURES[0], seconds=60))
    with pytest.raises(Expired):
        await impatient
    assert (await patient).image.format == "JPEG"


async def test_pictures_wait_for_room_until_nobody_wants_them(model: Model) -> None:
    """One that has no room holds its decoder no longer than its callers wait."""
    config = replace(CONFIG, decode_threads=1, decode_pixels=1)
    async with Engine.running(model, config) as engine:
        pool = engine._route._pool
        assert (await engine.check(PICTURES[0])).image.width == 480  # larger than all: alone
        with engine._room.taken(1):
            with pytest.raises(Expired):
                await engine.check(PICTURES[1], seconds=0.2)
            gone = asyncio.create_task(engine.check(PICTURES[2]))
            await until(lambda: pool._busy == 1)
            gone.cancel()
            await until(lambda: pool._busy == 0)
        assert (await engine.check(PICTURES[1])).image.width == 480


async def test_the_cache_is_bounded(model: Model) -> None:
    config = replace(CONFIG, cache_bytes=3 * 2000)
    async with Engine.running(model, config) as engine:
        for data in PICTURES:
            await engine.check(data)
        assert (await engine.check(PICTURES[-1])).cached
        assert not (await engine.check(PICTURES[0])).cached
        await engine.check(PICTURES[0], explain=True)  # larger than the whole cache: told, not kept
        assert not (await engine.check(PICTURES[0], explain=True)).cached


CALLERS = st.lists(
    st.tuples(
        st.integers(0, 6),  # which picture; the last is none
        st.sampled_from(["interactive", "feed"]),
        st.integers(0, 3),  # pause before asking
        st.none() | st.integers(0, 30),  # milliseconds until it leaves
    ),
    min_size=1,
    max_size=20,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CALLERS)
def test_everybody_who_stays_is_told_of_their_own_picture(
    model: Model, callers: list[tuple[int, str, int, int | None]]
) -> None:
    files = [*PICTURES, b"no picture"]
    digests = [digest(data) for data in files]

    async def call(engine: Engine, which: int, priority: str, pause: int) -> Verdict:
        for _ in range(pause):
            await asyncio.sleep(0.001)
        return await engine.check(files[which], priority=priority)  # type: ignore[arg-type]

    async def everybody() -> None:
        async with Engine.running(model, replace(CONFIG, cache_bytes=2 * 2000)) as engine:
            tasks = [
                asyncio.create_task(call(engine, which, priority, pause))
                for which, priority, pause, _ in callers
            ]
            loop = asyncio.get_running_loop()
            for task, (*_, leaves) in zip(tasks, callers, strict=True):
                if leaves is not None:
                    loop.call_later(leaves / 1000, task.cancel)
            async with asyncio.timeout(60):
                ends = await asyncio.gather(*tasks, return_exceptions=True)
            for end, (which, *_, leaves) in zip(ends, callers, strict=True):
                if isinstance(end, asyncio.CancelledError):
                    assert leaves is not None
                elif which == len(PICTURES):
                    assert isinstance(end, UnsupportedFormat)
                else:
                    assert isinstance(end, Verdict)
                    assert end.image.sha256 == digests[which]
            assert engine.waiting == 0

    asyncio.run(everybody())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
