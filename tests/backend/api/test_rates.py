"""Buckets, on the event loop's clock, which is turned here instead of waited for."""

import asyncio
import time

import pytest

from realeyez.api.rates import Rates, TooOften


class Clock:
    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(loop, "time", lambda: self.now)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(asyncio.get_running_loop(), monkeypatch)


async def taken(rates: Rates, key: str, *, tries: int = 100) -> int:
    """How many in a row are let through."""
    for count in range(tries):
        try:
            await rates.take(key)
        except TooOften:
            return count
    return tries


async def test_a_burst_and_then_the_rate(clock: Clock) -> None:
    rates = Rates(per_minute=60, burst=10)
    assert await taken(rates, "a") == 10
    clock.now += 3.0
    assert await taken(rates, "a") == 3
    clock.now += 3600.0
    assert await taken(rates, "a") == 10


async def test_keys_do_not_share(clock: Clock) -> None:
    rates = Rates(per_minute=60, burst=2)
    assert await taken(rates, "a") == 2
    assert await taken(rates, "b") == 2
    assert await taken(rates, "a") == 0


@pytest.mark.parametrize("per_minute", [0.5, 7, 60, 6000])
async def test_after_retry_after_one_is_let_through(clock: Clock, per_minute: float) -> None:
    rates = Rates(per_minute=per_minute, burst=3)
    await taken(rates, "a")
    with pytest.raises(TooOften) as refused:
        await rates.take("a")
    assert str(refused.value.retry_after) in str(refused.value)
    clock.now += refused.value.retry_after
    await rates.take("a")


async def test_who_asks_at_once_gets_no_more(clock: Clock) -> None:
    rates = Rates(per_minute=60, burst=5)
    ends = await asyncio.gather(*(rates.take("a") for _ in range(50)), return_exceptions=True)
    assert ends.count(None) == 5
    assert sum(isinstance(end, TooOften) for end in ends) == 45


@pytest.mark.parametrize("jump", [-1e9, 1e9])
async def test_setting_the_machine_s_clock_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    rates = Rates(per_minute=1, burst=5)
    assert await taken(rates, "a") == 5
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert await taken(rates, "a") == 0
    assert await taken(rates, "b") == 5
