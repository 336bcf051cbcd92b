"""The last hour in memory."""

import pytest

from realeyez.recent import MINUTES, Recent


class Clock:
    seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_minutes_are_counted_apart_and_empty_ones_are_there(clock: Clock) -> None:
    recent = Recent(clock)
    recent.add("feed", "answered", 0.1, "real")
    clock.seconds += 120
    recent.add("feed", "answered", 0.1, "ai")
    recent.add("interactive", "failed")
    minutes = recent.minutes()
    assert len(minutes) == MINUTES
    assert [minute.outcomes.total() for minute in minutes[-3:]] == [1, 0, 2]
    assert minutes[-1].outcomes["interactive", "failed"] == 1
    assert recent.hour().verdicts == {"real": 1, "ai": 1}


def test_what_is_older_than_an_hour_is_gone(clock: Clock) -> None:
    recent = Recent(clock)
    for _ in range(3 * MINUTES):
        recent.add("feed", "answered", 0.1, "real")
        clock.seconds += 60
    assert recent.hour().verdicts.total() == MINUTES - 1  # this minute has none yet
    clock.seconds += 3600
    assert recent.hour().outcomes.total() == 0
    assert len(recent._minutes) <= MINUTES


@pytest.mark.parametrize("seconds", [0.0001, 0.004, 0.03, 0.3, 2.0, 29.0])
def test_quantiles_are_a_fifth_too_high_at_most(clock: Clock, seconds: float) -> None:
    recent = Recent(clock)
    for n in range(100):
        recent.add("interactive", "answered", seconds if n < 95 else 50.0, "unsure")
    found = recent.hour().quantile(0.95, "interactive")
    assert found is not None
    assert seconds <= found <= max(seconds * 1.2001, 0.002)
    assert (recent.hour().quantile(0.96, "interactive") or 0) > 49
    assert recent.hour().quantile(0.95, "feed") is None
