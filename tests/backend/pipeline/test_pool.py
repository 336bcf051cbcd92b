import asyncio
import threading
import time
import weakref
from functools import partial

import pytest
from tests.waiting import until

from realeyez.pipeline.errors import Expired
from realeyez.pipeline.line import Ticket
from realeyez.pipeline.pool import Pool


class Gate:
    """Work that counts how much of it goes on at a time, and ends when it may."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.done: list[str] = []
        self.most = 0
        self.now = 0
        self._lock = threading.Lock()

    def work(self, name: str) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        assert self.open.wait(10)
        with self._lock:
            self.now -= 1
            self.done.append(name)
        return name


def start(pool: Pool, gate: Gate, name: str, ticket: Ticket | None = None) -> asyncio.Task[str]:
    return asyncio.create_task(pool.run(partial(gate.work, name), ticket or Ticket()))


async def test_no_more_at_a_time_than_threads_and_in_turn() -> None:
    gate = Gate()
    async with Pool.running(1) as pool:
        tasks = [start(pool, gate, "first")]
        await until(lambda: gate.now == 1)
        tasks += [start(pool, gate, "feed", Ticket("feed")), start(pool, gate, "interactive")]
        await asyncio.sleep(0)
        assert pool.waiting == 2
        gate.open.set()
        assert await asyncio.gather(*tasks) == ["first", "feed", "interactive"]
    assert gate.done == ["first", "interactive", "feed"]
    assert gate.most == 1


async def test_whoever_goes_away_while_waiting_is_never_begun() -> None:
    gate = Gate()
    async with Pool.running(1) as pool:
        first, gone, last = (start(pool, gate, name) for name in ("first", "gone", "last"))
        await until(lambda: gate.now == 1 and pool.waiting == 2)
        gone.cancel()
        gate.open.set()
        assert [await first, await last] == ["first", "last"]
    assert gate.done == ["first", "last"]


async def test_work_that_goes_on_without_its_caller_keeps_its_place() -> None:
    gate = Gate()
    async with Pool.running(1) as pool:
        gone = start(pool, gate, "gone")
        await asyncio.sleep(0.05)
        gone.cancel()
        last = start(pool, gate, "last")
        await asyncio.sleep(0.05)
        assert pool.waiting == 1
        gate.open.set()
        assert await last == "last"
    assert gate.most == 1


@pytest.mark.parametrize("moment", [0, 1, 2, 3])
async def test_no_place_is_lost_whenever_a_caller_leaves(moment: int) -> None:
    gate = Gate()
    gate.open.set()
    async with Pool.running(2) as pool:
        for _ in range(20):
            tasks = [start(pool, gate, "x") for _ in range(6)]
            for _ in range(moment):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        gate.open.clear()
        both = [start(pool, gate, "x"), start(pool, gate, "x")]
        await asyncio.sleep(0.1)
        assert pool.waiting == 0
        gate.open.set()
        await asyncio.wait_for(asyncio.gather(*both), 10)


async def test_expired_work_is_never_begun() -> None:
    gate = Gate()
    async with Pool.running(1) as pool:
        first = start(pool, gate, "first")
        await until(lambda: gate.now == 1)
        late = start(pool, gate, "late", Ticket(deadline=time.monotonic() + 0.05))
        await asyncio.sleep(0.1)
        gate.open.set()
        assert await first == "first"
        with pytest.raises(Expired):
            await late
    assert gate.done == ["first"]


async def test_leaving_waits_for_what_has_begun_and_cancels_what_waits() -> None:
    gate = Gate()
    async with Pool.running(1) as pool:
        first = start(pool, gate, "first")
        await until(lambda: gate.now == 1)
        second = start(pool, gate, "second")
        await until(lambda: pool.waiting == 1)
        threading.Timer(0.1, gate.open.set).start()
    assert await first == "first"
    with pytest.raises(asyncio.CancelledError):
        await second
    assert gate.done == ["first"]


async def test_alone_is_who_has_had_no_neighbour_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Gate()
    gate.open.set()
    async with Pool.running(2) as pool:
        assert await pool.run(lambda: pool.alone, Ticket())
        gate.open.clear()
        neighbour = start(pool, gate, "neighbour")
        await until(lambda: gate.now == 1)
        assert not await pool.run(lambda: pool.alone, Ticket())
        gate.open.set()
        await neighbour
        assert not await pool.run(lambda: pool.alone, Ticket())
        monkeypatch.setattr("realeyez.pipeline.pool._QUIET_SECONDS", 0.0)
        assert await pool.run(lambda: pool.alone, Ticket())
        monkeypatch.undo()
        pool.crowd()
        assert not await pool.run(lambda: pool.alone, Ticket())


async def test_an_idle_thread_keeps_nothing_of_what_it_did() -> None:
    class Picture:
        pass

    async with Pool.running(1) as pool:
        picture = Picture()
        gone = weakref.ref(picture)
        await pool.run(partial(id, picture), Ticket())
        del picture
        await until(lambda: gone() is None)


async def test_a_failure_is_its_callers_alone() -> None:
    def fail() -> None:
        raise ValueError("broken")

    async with Pool.running(1) as pool:
        with pytest.raises(ValueError, match="broken"):
            await pool.run(fail, Ticket())
        assert await pool.run(lambda: 1, Ticket()) == 1
