"""A location → SQLAlchemy engines, set up for SQLite or PostgreSQL."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from realeyez.db.errors import BadLocation
from realeyez.db.location import SCHEMES, check_location, is_sqlite

_CONNECT_SECONDS = 5.0
_POSTGRES_OPTIONS = {"host", "ssl", "sslmode", "target_session_attrs"}


def make_engine(
    location: str,
    *,
    connections: int,
    patience: float,
    read_only: bool = False,
    foreign_keys: bool = True,
) -> AsyncEngine:
    """An engine; nothing is connected yet. Raises `BadLocation`.

    connections: open at most. patience: seconds to wait for a connection, a lock or a statement.
    read_only, foreign_keys: for SQLite; PostgreSQL needs to know neither.
    """
    url = _url(location)
    settings: dict[str, Any] = {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": patience,
        "hide_parameters": True,  # no hash and no comment in a log
    }
    if is_sqlite(location):
        _make_file(url)
        engine = create_async_engine(url, connect_args={"timeout": patience}, **settings)
        _set_up_sqlite(engine, read_only=read_only, foreign_keys=foreign_keys)
        return engine
    try:
        return create_async_engine(
            url,
            pool_pre_ping=True,  # a restarted server costs nobody an answer
            connect_args={
                "timeout": min(patience, _CONNECT_SECONDS),
                "command_timeout": patience,
                "server_settings": {"application_name": "realeyez"},
            },
            **settings,
        )
    except ModuleNotFoundError as error:
        raise BadLocation(
            "PostgreSQL needs asyncpg. Install realeyez with its extra: realeyez[postgres]."
        ) from error


def _url(location: str) -> URL:
    try:
        check_location(location)
        url = make_url(location)
    except (ValueError, ArgumentError) as error:
        # Not the error's own words: the URL in them may hold a password.
        raise BadLocation(f"REALEYEZ_DATABASE is not understood: {_why(error)}.") from None
    url = url.set(drivername=SCHEMES[url.drivername])
    options = set() if is_sqlite(location) else _POSTGRES_OPTIONS
    if unknown := url.query.keys() - options:
        raise BadLocation(
            f"REALEYEZ_DATABASE has options that are not known: {', '.join(sorted(unknown))}."
        )
    if "sslmode" in url.query:  # libpq's name for what asyncpg calls ssl
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(
            ["sslmode"]
        )
    return url


def _why(error: Exception) -> str:
    return "it is no URL" if isinstance(error, ArgumentError) else str(error)


def _make_file(url: URL) -> None:
    """The file and its folders, for nobody else to read; SQLite's own would be open to all."""
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise BadLocation(
            f"{path} cannot be written: {error.strerror}. Name another file in REALEYEZ_DATABASE, "
            "such as sqlite:////var/lib/realeyez/realeyez.db."
        ) from error


def _set_up_sqlite(engine: AsyncEngine, *, read_only: bool, foreign_keys: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` does
        cursor = connection.cursor()
        # Readers and the writer do not wait for each other. The file remembers, so only a new one
        # is changed; where somebody is at it at this moment, the next connection changes it.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # a power cut loses nothing that was accepted
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    # A write that begins as a read fails at once if another writer was faster; one that says at
    # once that it writes waits its turn.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
