"""Transactions: each is finished whoever goes away, and fails with the store's own errors."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from realeyez.db.engine import make_engine
from realeyez.db.faults import translated
from realeyez.db.location import is_sqlite

PATIENCE = 5.0
_CONNECTIONS = 5

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class Database:
    """Reads and writes.

    async with Database.connected("sqlite:///realeyez.db") as database:
        await database.write(lambda connection: connection.execute(insert(Row).values(...)))
    """

    def __init__(self, location: str, *, patience: float = PATIENCE) -> None:
        """patience: seconds to wait for a connection, a lock or a statement."""
        if is_sqlite(location):
            # One writer at a time is all that SQLite has. The queue for its one connection is fair
            # and ends in time; SQLite's own lock is polled, and among many some would starve.
            self.writer = make_engine(location, connections=1, patience=patience)
            self.reader = make_engine(
                location, connections=_CONNECTIONS, patience=patience, read_only=True
            )
        else:
            self.writer = make_engine(location, connections=_CONNECTIONS, patience=patience)
            self.reader = self.writer
        self._unfinished: set[asyncio.Task[Any]] = set()

    @classmethod
    @asynccontextmanager
    async def connected(cls, location: str, *, patience: float = PATIENCE) -> AsyncIterator[Self]:
        """A database; leaving waits for what is being written. Raises `BadLocation`."""
        database = cls(location, patience=patience)
        try:
            yield database
        finally:
            while database._unfinished:
                await asyncio.wait(database._unfinished)
            await database.writer.dispose()
            await database.reader.dispose()

    async def read(self, work: Work[T]) -> T:
        """What `work` returns."""
        return await self._finish(_in_transaction(self.reader, work))

    async def write(self, work: Work[T]) -> T:
        """What `work` returns, once all that it did is on disk."""
        return await self._finish(_in_transaction(self.writer, work))

    async def _finish(self, transaction: Coroutine[Any, Any, T]) -> T:
        """Whoever is cancelled waits for the end of what was begun: a transaction that is cut off
        costs its connection, and one that is left alone may undo what the same caller does next."""
        task = asyncio.create_task(transaction)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise


async def _in_transaction(engine: AsyncEngine, work: Work[T]) -> T:
    with translated():
        async with engine.begin() as connection:
            return await work(connection)
