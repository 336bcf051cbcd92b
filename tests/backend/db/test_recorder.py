import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from tests.backend.db.conftest import verdict
from tests.waiting import until

from realeyez.db import recorder as recorder_module
from realeyez.db.errors import Unavailable
from realeyez.db.recorder import Recorder
from realeyez.db.records import Check


class Shelf:
    """Where checks are written, unless it fails."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.uses: dict[str, datetime] = {}
        self.tried = 0
        self.fault: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def write(self, checks: Sequence[Check], uses: Mapping[str, datetime]) -> None:
        await self.open.wait()
        self.tried += 1
        if self.fault is not None:
            raise self.fault
        self.kept += [check.id for check in checks]
        self.uses |= uses


def made(many: int) -> list[Check]:
    return [Check.of(verdict(), "feed") for _ in range(many)]


def ids(checks: Sequence[Check]) -> list[str]:
    return [check.id for check in checks]


async def test_what_comes_within_a_moment_is_one_batch() -> None:
    shelf, checks = Shelf(), made(10)
    async with Recorder.running(shelf.write, gathers=0.05) as recorder:
        for check in checks:
            recorder.add(check)
            await asyncio.sleep(0.001)
        await until(lambda: not recorder.waiting)
        assert shelf.tried == 1
    assert shelf.kept == ids(checks)


async def test_what_comes_meanwhile_is_the_next_batch() -> None:
    shelf, checks = Shelf(), made(10)
    async with Recorder.running(shelf.write, gathers=0) as recorder:
        shelf.open.clear()
        for check in checks:
            recorder.add(check)
            await asyncio.sleep(0)
        shelf.open.set()
        await until(lambda: not recorder.waiting)
        assert shelf.tried == 2
    assert shelf.kept == ids(checks)


async def test_the_oldest_go_where_too_many_wait() -> None:
    shelf, checks = Shelf(), made(10)
    async with Recorder.running(shelf.write, most_waiting=4) as recorder:
        shelf.open.clear()
        for check in checks:
            recorder.add(check)
        assert (recorder.waiting, recorder.dropped) == (4, 6)
        assert recorder.get(checks[5].id) is None
        assert recorder.get(checks[6].id) == checks[6]
        shelf.open.set()
    assert shelf.kept == ids(checks[6:])


async def test_an_outage_is_waited_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recorder_module, "_FIRST_PAUSE", 0.001)
    shelf, checks = Shelf(), made(3)
    shelf.fault = Unavailable("it is away")
    async with Recorder.running(shelf.write) as recorder:
        recorder.add(checks[0])
        await until(lambda: shelf.tried > 3)
        recorder.add(checks[1])
        shelf.fault = None
        await until(lambda: not recorder.waiting)
        recorder.add(checks[2])
    assert shelf.kept == ids(checks)
    assert recorder.dropped == 0
    assert [record.message for record in caplog.records] == [
        "Checks wait for the database: it is away",
        "The database is back; 0 checks wait",
    ]


async def test_what_is_never_taken_does_not_stop_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf, checks = Shelf(), made(2)
    shelf.fault = ValueError("no such column")
    async with Recorder.running(shelf.write) as recorder:
        recorder.add(checks[0])
        await until(lambda: recorder.dropped)
        shelf.fault = None
        recorder.add(checks[1])
    assert shelf.kept == ids(checks[1:])
    assert "1 checks cannot be recorded" in caplog.text


@pytest.mark.parametrize("away", ["refuses", "hangs"])
async def test_the_end_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, away: str
) -> None:
    monkeypatch.setattr(recorder_module, "_LAST_WRITE_SECONDS", 0.1)
    shelf = Shelf()
    if away == "refuses":
        shelf.fault = Unavailable("it is away")
    else:
        shelf.open.clear()
    async with asyncio.timeout(5), Recorder.running(shelf.write) as recorder:
        recorder.add(made(1)[0])
        await asyncio.sleep(0.01)
    assert "1 checks could not be recorded before the end" in caplog.text


async def test_a_key_s_last_use() -> None:
    shelf = Shelf()
    early, late = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    async with Recorder.running(shelf.write) as recorder:
        shelf.open.clear()
        recorder.note_use("a", early)
        await asyncio.sleep(0.01)
        recorder.note_use("a", late)
        shelf.open.set()
    assert shelf.uses == {"a": late}
