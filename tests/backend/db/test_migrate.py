"""The tables' history, on both databases."""

import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from tests.backend.db.conftest import verdict

from realeyez.db import migrate
from realeyez.db.database import Database
from realeyez.db.errors import WrongSchema
from realeyez.db.records import Feedback
from realeyez.db.store import Store
from realeyez.db.tables import Base

T = TypeVar("T")


async def look(location: str, at: Callable[[Connection], T]) -> T:
    async with Database.connected(location) as database:
        return await database.write(lambda connection: connection.run_sync(at))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_up_down_and_up_again(database: str) -> None:
    await migrate.upgrade(database)
    assert await look(database, tables) == {"alembic_version", *Base.metadata.tables}
    await migrate.downgrade(database, "base")
    assert await look(database, tables) == {"alembic_version"}
    await migrate.upgrade(database)
    await migrate.upgrade(database)
    assert await look(database, tables) == {"alembic_version", *Base.metadata.tables}


async def test_alembic_finds_no_difference_to_the_tables(database: str) -> None:
    await migrate.upgrade(database)
    differences = await look(
        database,
        lambda connection: compare_metadata(MigrationContext.configure(connection), Base.metadata),
    )
    assert differences == []


def described(connection: Connection) -> dict[str, object]:
    """CHECK constraints too, and indexes' conditions, which Alembic does not compare."""
    look_at = inspect(connection)
    return {
        name: (
            sorted(
                (check["name"], check["sqltext"]) for check in look_at.get_check_constraints(name)
            ),
            sorted(
                (
                    index["name"],
                    index["column_names"],
                    index["unique"],
                    [str(option) for option in index["dialect_options"].values()],
                )
                for index in look_at.get_indexes(name)
            ),
            sorted(str(unique) for unique in look_at.get_unique_constraints(name)),
            sorted(str(key) for key in look_at.get_foreign_keys(name)),
            str(look_at.get_pk_constraint(name)),
        )
        for name in Base.metadata.tables
    }


async def test_the_migrations_make_what_the_tables_say(database: str) -> None:
    """Such as each name of a Literal: a new one without a migration fails here."""
    await migrate.upgrade(database)
    by_migrations = await look(database, described)
    await migrate.downgrade(database, "base")
    await look(database, Base.metadata.create_all)
    assert by_migrations == await look(database, described)
    assert "ai_edited" in str(by_migrations)


async def test_a_step_that_fails_leaves_nothing_behind(database: str) -> None:
    in_the_way = text("CREATE TABLE feedback (x INT)")
    await look(database, lambda connection: connection.execute(in_the_way))
    with pytest.raises(Exception, match="already exists"):
        await migrate.upgrade(database)
    assert await look(database, tables) == {"feedback"}


async def test_a_table_is_copied_with_what_refers_to_it(sqlite: str) -> None:
    """So SQLite changes tables; with foreign keys enforced the copy would fail or lose feedback."""
    async with Store.running(sqlite) as store:
        said = verdict()
        store.record(said, "feed")
        await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)

        def copy(connection: Connection) -> None:
            steps = Operations(MigrationContext.configure(connection))
            with steps.batch_alter_table("checks", recreate="always"):
                pass

        await migrate.alone(sqlite, copy)
        counts = await store.counts()
        assert (counts.checks, counts.feedback["ai"]) == (1, 1)

        def lose(connection: Connection) -> None:
            connection.execute(text("DELETE FROM checks"))

        with pytest.raises(RuntimeError, match="broke 1 references"):
            await migrate.alone(sqlite, lose)
        assert (await store.counts()).checks == 1


def test_processes_that_start_at_once(database: str) -> None:
    command = [sys.executable, "-W", "error", "-m", "realeyez", "db", "upgrade"]
    started = [
        subprocess.Popen(
            [*command, "--database", database], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    ends = [(process.communicate(timeout=120), process.returncode) for process in started]
    assert all(code == 0 for _, code in ends), ends
    assert {out for (out, _), _ in ends} == {b"The database is at revision 0001.\n"}


async def test_a_newer_version_s_database_is_left_alone(database: str) -> None:
    await migrate.upgrade(database)
    await look(
        database,
        lambda connection: connection.execute(
            text("UPDATE alembic_version SET version_num = '9999'")
        ),
    )
    with pytest.raises(WrongSchema, match="9999"):
        async with Store.running(database):
            pass
    with pytest.raises(WrongSchema, match="9999"):
        await migrate.upgrade(database)


async def test_sqlite_is_made_by_the_service_and_postgresql_by_the_operator(database: str) -> None:
    if database.startswith("sqlite"):
        async with Store.running(database) as store:
            assert (await store.counts()).checks == 0
    else:
        with pytest.raises(WrongSchema, match="realeyez db upgrade"):
            async with Store.running(database):
                pass
