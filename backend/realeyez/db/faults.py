"""What databases raise → the store's errors. What is none of them is a bug, and stays as it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from realeyez.db.errors import DiskFull, Unavailable

# The file is busy, unreachable, read-only or damaged. https://www.sqlite.org/rescode.html
_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}

# Classes of SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_UNAVAILABLE = (
    "0A000",  # prepared before the tables changed; the next time it is prepared anew
    "08",  # the connection broke
    "25006",  # a standby: read-only
    "28",  # not let in
    "3D",  # no such database
    "40",  # rolled back for another's sake
    "53",  # out of resources
    "55P03",  # a lock is not to be had
    "57",  # cancelled, shutting down, starting up
    "58",  # the system below failed
    "XX",  # the server itself failed
)
_POSTGRES_DISK_FULL = "53100"


@contextmanager
def translated() -> Iterator[None]:
    """Raises `DiskFull` or `Unavailable` for what may succeed later."""
    try:
        yield
    except (PoolTimeout, OSError) as error:  # built-in TimeoutError is an OSError
        raise Unavailable(str(error) or type(error).__name__) from error
    except DBAPIError as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise kind(str(error.orig)) from error


def _kind(error: DBAPIError) -> type[Unavailable] | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF  # extended codes keep the primary one in their lowest byte
        if primary == sqlite3.SQLITE_FULL:
            return DiskFull
        return Unavailable if primary in _SQLITE_UNAVAILABLE else None
    state = getattr(error.orig, "sqlstate", None)
    if state == _POSTGRES_DISK_FULL:
        return DiskFull
    if state is not None:
        return Unavailable if state.startswith(_POSTGRES_UNAVAILABLE) else None
    lost = error.connection_invalidated or isinstance(error, InterfaceError)
    return Unavailable if lost else None
