import asyncio
import threading

import numpy as np
import pytest

from realeyez.pipeline.batcher import Batcher, Busy
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

    def predict(self, views: np.ndarray) -> Prediction:
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


async def test_stopping_leaves_nobody_waiting() -> None:
    echo = Echo()
    async with Batcher.running(echo, max_views=1, max_waiting=64) as batcher:
        tasks = [await hold(batcher, echo)]
        tasks += [asyncio.create_task(batcher.predict(views(i))) for i in range(2, 5)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.2, echo.gate.set)
    answers = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers)
