import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, update
from tests.backend.db.conftest import locked, recorded, verdict

from realeyez.db import checks, migrate
from realeyez.db.errors import UnknownCheck
from realeyez.db.records import Check, Feedback
from realeyez.db.store import Store
from realeyez.db.tables import CheckRow


async def test_a_check_is_found_while_it_waits_and_once_it_is_written(store: Store) -> None:
    said = verdict(probability=0.1 + 0.2)
    store.record(said, "feed")
    waiting = await store.check(said.id)
    assert waiting.verdict == said.verdict
    assert (waiting.probability, waiting.basis) == (said.probability, said.basis)
    assert (waiting.image.sha256, waiting.model) == (said.image.sha256, said.model)
    assert waiting.priority == "feed"
    assert abs(waiting.checked_at - datetime.now(UTC)) < timedelta(minutes=1)
    await recorded(store)
    assert await store.check(said.id) == waiting


def test_its_names_are_those_of_the_verdict() -> None:
    kept = Check.of(verdict(), "feed").model_dump()
    said = verdict().model_dump()
    assert kept.keys() - {"checked_at", "priority"} <= said.keys()
    assert kept["image"].keys() <= said["image"].keys()


async def test_nothing_else_of_the_picture_or_the_caller_is_kept(store: Store) -> None:
    columns = await store._database.read(
        lambda connection: connection.run_sync(
            lambda sync: {column["name"] for column in inspect(sync).get_columns("checks")}
        )
    )
    assert columns == {
        "id",
        "checked_at",
        "sha256",
        "verdict",
        "probability",
        "basis",
        "model_name",
        "model_version",
        "priority",
    }


@pytest.mark.parametrize("odd", ["0" * 32, "", "x" * 9999, "\x00", "\ud800", "a' OR 1=1", "é"])
async def test_unknown_ids(store: Store, odd: str) -> None:
    with pytest.raises(UnknownCheck):
        await store.check(odd)
    with pytest.raises(UnknownCheck):
        await store.add_feedback(odd, Feedback(label="ai"), key_id=None)


async def test_recording_does_not_wait_for_the_database(store: Store, database: str) -> None:
    said = [verdict() for _ in range(1200)]  # more than are written at once
    async with locked(database, "checks"):
        for one in said:
            store.record(one, "feed")
        await asyncio.sleep(0.1)
        assert store.waiting == len(said)
        assert (await store.check(said[-1].id)).id == said[-1].id
    await recorded(store)
    assert (await store.counts()).checks == len(said)
    assert store.dropped == 0


async def test_what_is_written_twice_is_kept_once(store: Store) -> None:
    """As when a connection breaks after the commit and before its answer."""
    one, other = Check.of(verdict(), "feed"), Check.of(verdict(), "feed")
    await store._database.write(lambda connection: checks.add(connection, [one]))
    await store._database.write(lambda connection: checks.add(connection, [other, one]))
    assert (await store.counts()).checks == 2


async def test_what_waits_is_written_before_the_end(database: str) -> None:
    await migrate.upgrade(database)
    said = [verdict() for _ in range(1200)]
    async with Store.running(database) as store:
        for one in said:
            store.record(one, "interactive")
    async with Store.running(database) as store:
        assert (await store.counts()).checks == len(said)


async def test_old_checks_without_feedback_are_deleted(store: Store) -> None:
    old = [verdict() for _ in range(2500)]  # several batches
    for one in old:
        store.record(one, "feed")
    await recorded(store)
    spoken_of = old[1234].id
    await store.add_feedback(spoken_of, Feedback(label="real"), key_id=None)
    await age(store, days=30)
    young = verdict()
    store.record(young, "feed")
    await recorded(store)

    assert await store.prune(31) == 0
    assert await store.prune(29) == 2499
    assert await store.prune(29) == 0
    assert (await store.counts()).checks == 2
    assert (await store.check(spoken_of)).id == spoken_of
    assert (await store.check(young.id)).id == young.id
    with pytest.raises(UnknownCheck):
        await store.check(old[0].id)


async def test_feedback_wins_over_deleting_or_is_told_that_it_came_too_late(store: Store) -> None:
    old = [verdict() for _ in range(300)]
    for one in old:
        store.record(one, "feed")
    await recorded(store)
    await age(store, days=30)

    async def speak(check_id: str) -> bool:
        try:
            await store.add_feedback(check_id, Feedback(label="ai"), key_id=None)
        except UnknownCheck:
            return False
        return True

    speaking = asyncio.gather(*(speak(one.id) for one in old))
    deleted = [await store.prune(1) for _ in range(10)]
    accepted = sum(await speaking)
    counts = await store.counts()
    assert counts.feedback["ai"] == accepted == counts.checks
    assert sum(deleted) == len(old) - accepted


async def age(store: Store, *, days: int) -> None:
    """Make all checks that old."""
    then = datetime.now(UTC) - timedelta(days=days)
    await store._database.write(
        lambda connection: connection.execute(update(CheckRow).values(checked_at=then))
    )
