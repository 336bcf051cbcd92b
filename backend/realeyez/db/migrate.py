"""The tables, made and changed step by step (`migrations/`)."""

from collections.abc import Callable
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from realeyez.db.database import Database
from realeyez.db.engine import make_engine
from realeyez.db.errors import WrongSchema
from realeyez.db.faults import translated
from realeyez.db.location import is_sqlite

# Large tables take long to change, and whoever upgrades at the same time is waited for.
_PATIENCE = 600.0
_LOCK = 0x5EA1E4E2  # a number for this purpose, within the database


async def upgrade(location: str) -> None:
    """Bring the database to this version's tables; whatever fails leaves it as it was.

    Safe to start twice at once: the second waits, and then finds nothing to do.
    """
    await alone(location, lambda connection: command.upgrade(_config(connection), "head"))


async def downgrade(location: str, revision: str) -> None:
    """Back to an older version's tables, at the loss of what those cannot hold."""
    await alone(location, lambda connection: command.downgrade(_config(connection), revision))


async def is_current(database: Database) -> bool:
    """Whether the tables are this version's."""
    return await _found(database) == head()


async def check_schema(database: Database) -> None:
    """Raises `WrongSchema` unless the tables are this version's."""
    found = await _found(database)
    if found != head():
        raise WrongSchema(
            f"The database's tables are of revision {found or 'none'}, this version's of {head()}. "
            "Run `realeyez db upgrade` with the newest version that uses this database."
        )


@cache
def head() -> str:
    """The newest revision that this version knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def alone(location: str, work: Callable[[Connection], None]) -> None:
    """Do work on the tables in one transaction, while nobody else does. Raises `StoreError`."""
    engine = make_engine(location, connections=1, patience=_PATIENCE, foreign_keys=False)
    try:
        with translated():
            # SQLite: to begin is to take the file's one lock for writing.
            async with engine.begin() as connection:
                if not is_sqlite(location):
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                await connection.run_sync(work)
                if is_sqlite(location):
                    await connection.run_sync(_check_references)
    except CommandError as error:
        raise WrongSchema(f"The tables cannot be changed: {error}.") from error
    finally:
        await engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "realeyez.db:migrations")
    config.attributes["connection"] = connection
    return config


async def _found(database: Database) -> str | None:
    return await database.read(lambda connection: connection.run_sync(_revision))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_references(connection: Connection) -> None:
    """SQLite copies a table to change it, and can then not enforce its foreign keys meanwhile."""
    if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
        raise RuntimeError(f"the migration broke {len(broken)} references; nothing was changed")
