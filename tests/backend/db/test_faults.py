"""What can happen to a database, on real ones: typed errors, and back to work by itself."""

import asyncio
import contextlib
import random
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.backend.db.conftest import PATIENCE, Postgres, locked, recorded, verdict
from tests.waiting import until

from realeyez.db import migrate
from realeyez.db.errors import DiskFull, Unavailable
from realeyez.db.records import Feedback
from realeyez.db.store import Store


class Speakers:
    """People who check pictures and speak of them without a pause."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.accepted: set[str] = set()
        self.refused = 0
        self.recorded = 0

    @contextlib.asynccontextmanager
    async def at_work(self, people: int) -> AsyncIterator[None]:
        end = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(people):
                group.create_task(self._speak(end))
            yield
            end.set()

    async def _speak(self, end: asyncio.Event) -> None:
        while not end.is_set():
            said = verdict()
            self._store.record(said, "interactive")
            self.recorded += 1
            try:
                await self._store.add_feedback(said.id, Feedback(label="ai"), key_id=None)
            except Unavailable:  # and nothing else
                self.refused += 1
                await asyncio.sleep(0.05)
            else:
                self.accepted.add(said.id)

    async def until_accepted(self, more: int) -> None:
        wanted = len(self.accepted) + more
        await until(lambda: len(self.accepted) >= wanted)

    async def until_refused(self, more: int) -> None:
        wanted = self.refused + more
        await until(lambda: self.refused >= wanted)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_postgresql_restarts_under_load(postgres: Postgres, mode: str) -> None:
    location = await asyncio.to_thread(postgres.new_database)
    await migrate.upgrade(location)
    async with Store.running(location, patience=2) as store:
        speakers = Speakers(store)
        async with speakers.at_work(8):
            await speakers.until_accepted(50)
            await asyncio.to_thread(postgres.stop, mode)
            try:
                await speakers.until_refused(5)
            finally:
                await asyncio.to_thread(postgres.start)
            await speakers.until_accepted(50)
        await recorded(store)
        assert (await store.counts()).checks == speakers.recorded
        assert store.dropped == 0
        kept = {given.check_id for given, _ in await store.all_feedback()}
        assert speakers.accepted <= kept


async def test_postgresql_restarts_between_two_calls(postgres: Postgres) -> None:
    """Not one call fails: connections are tried before they are used."""
    location = await asyncio.to_thread(postgres.new_database)
    await migrate.upgrade(location)
    async with Store.running(location, patience=PATIENCE) as store:
        await asyncio.gather(*(store.counts() for _ in range(5)))
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)
        await asyncio.gather(*(store.counts() for _ in range(5)))


async def test_no_server(tmp_path: Path) -> None:
    pytest.importorskip("asyncpg", reason="no asyncpg: install the extra postgres")
    with pytest.raises(Unavailable) as refused:
        async with Store.running(f"postgresql://me:hush@/nothing?host={tmp_path}"):
            pass
    assert str(tmp_path) not in str(refused.value)  # for callers
    assert refused.value.reason  # for operators
    assert "hush" not in refused.value.reason


async def test_a_lock_is_not_waited_for_for_ever(database: str) -> None:
    await migrate.upgrade(database)
    async with Store.running(database, patience=1) as store:
        said = verdict()
        store.record(said, "interactive")
        await recorded(store)
        async with locked(database, "feedback"):
            with pytest.raises(Unavailable):
                await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)
            assert (await store.check(said.id)).id == said.id  # readers go on
        await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)


async def test_who_is_cancelled_waits_for_the_end_of_what_was_begun(
    store: Store, database: str
) -> None:
    """Else the first word could come after the second."""
    said = verdict()
    store.record(said, "interactive")
    await recorded(store)
    async with locked(database, "feedback"):
        first = asyncio.create_task(store.add_feedback(said.id, Feedback(label="ai"), key_id=None))
        await asyncio.sleep(0.1)
        first.cancel()
        await asyncio.sleep(0.1)
        assert not first.done()
    with pytest.raises(asyncio.CancelledError):
        await first
    await store.add_feedback(said.id, Feedback(label="real"), key_id=None)
    assert (await store.counts()).feedback == {"real": 1, "ai": 0, "ai_edited": 0}


async def test_callers_that_go_away_cost_nothing(store: Store) -> None:
    said = verdict()
    store.record(said, "interactive")
    luck = random.Random(0)

    async def impatient() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(luck.uniform(0, 0.02)):
                await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)
                await store.check(said.id)

    for _ in range(10):
        await asyncio.gather(*(impatient() for _ in range(20)))
    await store.add_feedback(said.id, Feedback(label="real"), key_id=None)
    counts = await store.counts()
    assert (counts.checks, counts.feedback["real"]) == (1, 1)


async def test_a_file_that_may_grow_no_more(sqlite: str) -> None:
    async with Store.running(sqlite) as store:
        said = verdict()
        store.record(said, "interactive")
        await recorded(store)
        pages = await store._database.write(lambda one: one.scalar(text("PRAGMA page_count")))

        async def limit(most: int) -> None:
            await store._database.write(
                lambda one: one.execute(text(f"PRAGMA max_page_count = {most}"))
            )

        await limit(pages)
        await fill(store)
        assert (await store.check(said.id)).id == said.id
        await limit(2**30)
        await spoken_again(store)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_disk(small_disk: Path) -> None:
    async with Store.running(f"sqlite:///{small_disk}/realeyez.db") as store:
        said = verdict()
        store.record(said, "interactive")
        await recorded(store)
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        await fill(store)
        assert (await store.check(said.id)).id == said.id
        (small_disk / "filler").unlink()
        await spoken_again(store)


async def fill(store: Store) -> None:
    """Speak until there is no room; what was accepted stays."""
    accepted: set[str] = set()
    with pytest.raises(DiskFull):
        await speak_on(store, accepted)
    assert {given.check_id for given, _ in await store.all_feedback()} == accepted


async def speak_on(store: Store, accepted: set[str]) -> None:
    while True:
        said = verdict()
        store.record(said, "interactive")
        feedback = Feedback(label="ai", comment="x" * 1000)
        await store.add_feedback(said.id, feedback, key_id=None)
        accepted.add(said.id)


async def spoken_again(store: Store) -> None:
    said = verdict()
    store.record(said, "interactive")
    await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)
    await recorded(store)
    assert store.dropped == 0


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but notes" * 100)
    with pytest.raises(Unavailable) as refused:
        async with Store.running(f"sqlite:///{tmp_path}/notes.txt"):
            pass
    assert "not a database" in refused.value.reason


async def test_what_is_no_fault_of_the_database_s_stays_what_it_is(store: Store) -> None:
    with pytest.raises(Exception, match="nowhere"):
        await store._database.read(lambda one: one.execute(text("SELECT * FROM nowhere")))
    with pytest.raises(ZeroDivisionError):
        await store._database.write(_fail)
    assert (await store.counts()).checks == 0


async def _fail(_: object) -> None:
    raise ZeroDivisionError
