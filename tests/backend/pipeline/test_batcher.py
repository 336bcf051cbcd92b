import asyncio
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realeyez.pipeline.batcher import Batcher
from realeyez.pipeline.errors import Busy, Expired
from realeyez.pipeline.line import Ticket
from realeyez.pipeline.types import Prediction


class Echo:
    """Answers each view with its own first number, so that answers cannot be mixed unseen.

    `gate` holds the model thread, so that requests gather behind the first one.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()
        self.batches: list[int] = []

    def predict(self, views: np.ndarray, *, alone: bool = False) -> Prediction:
        self.started.set()
        assert self.gate.wait(10)
        self.batches.append(len(views))
        if (views == 255).any():
            raise RuntimeError("the model failed")
        logits = views[:, 0, 0, 0].astype(np.float32)
        return Prediction(logits, np.zeros((len(views), 7, 7), np.float32))


def views(*values: int) -> np.ndarray:
    return np.stack([np.full((2, 2, 3), value, np.uint8) for value in values])


async def hold(batcher: Batcher, echo: Echo) -> asyncio.Task[Prediction]:
    """A request that keeps the model busy until the gate opens."""
    echo.gate.clear()
    first = asyncio.create_task(batcher.predict(views(1)))
    await asyncio.to_thread(echo.started.wait, 10)
    return first


async def test_waiting_requests_share_a_run_and_keep_their_answers() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=8, max_waiting=64) as batcher:
        first = await hold(batcher, echo)
        others = [asyncio.create_task(batcher.predict(views(i, i + 100))) for i in range(2, 6)]
        await asyncio.sleep(0)
        assert batcher.waiting == 4
        echo.gate.set()
        assert (await first).logits.tolist() == [1]
        answers = [(await other).logits.tolist() for other in others]
    assert answers == [[i, i + 100] for i in range(2, 6)]
    assert echo.batches == [1, 8]


async def test_a_run_has_no_more_views_than_allowed() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=5, max_waiting=64) as batcher:
        first = await hold(batcher, echo)
        others = [asyncio.create_task(batcher.predict(views(i, i, i))) for i in range(2, 5)]
        await asyncio.sleep(0)
        echo.gate.set()
        answers = [(await task).logits[0] for task in (first, *others)]
    assert answers == [1, 2, 3, 4]
    assert echo.batches == [1, 3, 3, 3]


async def test_full_queue_is_busy_and_then_works() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=8, max_waiting=2) as batcher:
        first = await hold(batcher, echo)
        waiting = [asyncio.create_task(batcher.predict(views(2))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await batcher.predict(views(3))
        echo.gate.set()
        await asyncio.gather(first, *waiting)
        assert (await batcher.predict(views(4))).logits.tolist() == [4]


async def test_a_caller_that_goes_away_changes_nobodys_answer() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=8, max_waiting=64) as batcher:
        first = await hold(batcher, echo)
        gone, stays = (asyncio.create_task(batcher.predict(views(i))) for i in (2, 3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        echo.gate.set()
        assert (await stays).logits.tolist() == [3]
        assert (await first).logits.tolist() == [1]
    assert echo.batches == [1, 1]  # nothing was computed for the one that left


async def test_a_failing_run_is_told_and_the_next_one_works() -> None:
    async with Batcher.running(Echo(), max_views=8, max_waiting=64) as batcher:
        with pytest.raises(RuntimeError, match="the model failed"):
            await batcher.predict(views(255))
        assert (await batcher.predict(views(7))).logits.tolist() == [7]


async def test_one_that_fails_the_model_fails_alone() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=8, max_waiting=64) as batcher:
        first = await hold(batcher, echo)
        tasks = [asyncio.create_task(batcher.predict(views(i))) for i in (2, 255, 3)]
        await asyncio.sleep(0)
        echo.gate.set()
        two, broken, three = await asyncio.gather(*tasks, return_exceptions=True)
        await first
    assert isinstance(broken, RuntimeError)
    assert isinstance(two, Prediction)
    assert isinstance(three, Prediction)
    assert [*two.logits, *three.logits] == [2, 3]


async def test_interactive_comes_before_feed_and_the_expired_not_at_all() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=1, max_waiting=64) as batcher:
        order: list[float] = []

        async def ask(value: int, ticket: Ticket) -> None:
            order.append(float((await batcher.predict(views(value), ticket)).logits[0]))

        first = await hold(batcher, echo)
        late = asyncio.create_task(ask(4, Ticket(deadline=time.monotonic())))
        others = [
            asyncio.create_task(ask(2, Ticket("feed"))),
            asyncio.create_task(ask(3, Ticket())),
        ]
        await asyncio.sleep(0)
        echo.gate.set()
        await asyncio.gather(first, *others)
        with pytest.raises(Expired):
            await late
    assert order == [3, 2]
    assert echo.batches == [1, 1, 1]


async def test_lanes_run_at_a_time_and_know_when_they_are_alone() -> None:
    together = threading.Barrier(2, timeout=10)
    told: list[bool] = []

    class Two:
        def predict(self, views: np.ndarray, *, alone: bool = False) -> Prediction:
            told.append(alone)
            together.wait()
            return Prediction(np.zeros(len(views)), np.zeros((len(views), 7, 7)))

    async with Batcher.running(Two(), max_views=1, max_waiting=64, lanes=2) as batcher:
        await asyncio.gather(batcher.predict(views(1)), batcher.predict(views(2)))
    assert told == [True, False]


async def test_an_idle_model_may_wait_for_a_batch_to_fill() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=8, max_waiting=64, wait=0.1) as batcher:
        started = time.monotonic()
        first = asyncio.create_task(batcher.predict(views(1)))
        await asyncio.sleep(0.02)
        await asyncio.gather(first, batcher.predict(views(2)))
        assert time.monotonic() - started >= 0.1
    assert echo.batches == [2]


async def test_stopping_leaves_nobody_waiting() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=1, max_waiting=64) as batcher:
        running = await hold(batcher, echo)
        tasks = [asyncio.create_task(batcher.predict(views(i))) for i in range(2, 5)]
        await asyncio.sleep(0)
        threading.Timer(0.2, echo.gate.set).start()
    answers = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers)
    assert (await asyncio.wait_for(running, 5)).logits.tolist() == [1]


class Fickle(Echo):
    """Fails for 255, and takes its time for even numbers."""

    def predict(self, views: np.ndarray, *, alone: bool = False) -> Prediction:
        if (views % 2 == 0).any():
            time.sleep(0.001)
        return super().predict(views, alone=alone)


# What a caller does: its number, how many views, how long it pauses first, whether it leaves.
CALLERS = st.lists(
    st.tuples(
        st.integers(1, 255), st.integers(1, 3), st.integers(0, 3), st.none() | st.integers(0, 4)
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(CALLERS, st.integers(1, 3), st.integers(1, 6), st.data())
def test_nobody_gets_anothers_answer_whatever_the_others_do(
    callers: list[tuple[int, int, int, int | None]], lanes: int, max_views: int, data: st.DataObject
) -> None:
    priorities = data.draw(
        st.lists(
            st.sampled_from(["interactive", "feed"]), min_size=len(callers), max_size=len(callers)
        )
    )

    async def call(batcher: Batcher, number: int, count: int, pause: int, priority: str) -> None:
        for _ in range(pause):
            await asyncio.sleep(0)
        asked = batcher.predict(views(*[number] * count), Ticket(priority))
        if number == 255:
            with pytest.raises(RuntimeError, match="the model failed"):
                await asked
        else:
            assert (await asked).logits.tolist() == [number] * count

    async def leave(task: asyncio.Task[None], after: int) -> None:
        for _ in range(after):
            await asyncio.sleep(0.0005)
        task.cancel()

    async def everybody() -> None:
        async with Batcher.running(
            Fickle(), max_views=max_views, max_waiting=64, lanes=lanes
        ) as batcher:
            tasks, leavers = [], []
            for (number, count, pause, after), priority in zip(callers, priorities, strict=True):
                task = asyncio.create_task(call(batcher, number, count, pause, priority))
                tasks.append(task)
                if after is not None:
                    leavers.append(asyncio.create_task(leave(task, after)))
            async with asyncio.timeout(20):
                ends = await asyncio.gather(*tasks, return_exceptions=True)
                await asyncio.gather(*leavers)
            for (_, _, _, after), end in zip(callers, ends, strict=True):
                assert end is None or (
                    after is not None and isinstance(end, asyncio.CancelledError)
                )
            assert batcher.waiting == 0
            assert (await batcher.predict(views(9))).logits.tolist() == [9]

    asyncio.run(everybody())
