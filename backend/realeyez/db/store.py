"""What handlers hold: everything that is kept, behind one object."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from realeyez.db import checks, feedback, keys, migrate, tokens
from realeyez.db.database import PATIENCE, Database
from realeyez.db.errors import BadKey, RevokedKey, UnknownCheck, UnknownKey
from realeyez.db.location import is_sqlite
from realeyez.db.recorder import Recorder
from realeyez.db.records import Check, Counts, Feedback, GivenFeedback, Key
from realeyez.pipeline.types import Priority, Verdict

_PRUNE_BATCH = 1000
_USE_IS_NOTED_EVERY = timedelta(hours=1)


class Store:
    """Keys, checks and feedback.

    async with Store.running("sqlite:///realeyez.db") as store:
        store.record(verdict, "interactive")
        await store.add_feedback(verdict.id, Feedback(label="real"), key_id=None)

    Everything that waits for the database may raise `Unavailable`, and `DiskFull` where it writes.
    """

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self._database = database
        self._recorder = recorder

    @classmethod
    @asynccontextmanager
    async def running(cls, location: str, *, patience: float = PATIENCE) -> AsyncIterator[Self]:
        """A store; leaving it writes what waits. Raises `StoreError`.

        A SQLite file is made, or brought to this version's tables: it belongs to this service.
        PostgreSQL's tables are only looked at: changing them is for `realeyez db upgrade`, once.
        """
        async with Database.connected(location, patience=patience) as database:
            if is_sqlite(location) and not await migrate.is_current(database):
                await migrate.upgrade(location)
            await migrate.check_schema(database)
            write = partial(_write_waiting, database)
            async with Recorder.running(write) as recorder:
                yield cls(database, recorder)

    # Checks

    def record(self, verdict: Verdict, priority: Priority) -> None:
        """Keep a verdict's hash, probability and so on. Neither waits nor fails."""
        self._recorder.add(Check.of(verdict, priority))

    @property
    def waiting(self) -> int:
        """Checks in memory that are not yet written."""
        return self._recorder.waiting

    @property
    def dropped(self) -> int:
        """Checks that were never written, most likely as the database was away for too long."""
        return self._recorder.dropped

    async def check(self, check_id: str) -> Check:
        """A check that was made before. Raises `UnknownCheck`."""
        if waiting := self._recorder.get(check_id):
            return waiting
        if not _plain(check_id):
            raise _unknown()
        found = await self._database.read(partial(checks.find, check_id=check_id))
        if found is None:
            raise _unknown()
        return found

    async def prune(self, days: int) -> int:
        """Delete checks older than that; how many they were. Those with feedback are kept.

        Without its check a label says nothing of any picture, and labels are what is collected.
        """
        before, deleted = datetime.now(UTC) - timedelta(days=days), 0
        batch = partial(checks.delete_old, before=before, most=_PRUNE_BATCH)
        while done := await self._database.write(batch):  # others get their turn between batches
            deleted += done
        return deleted

    # Feedback

    async def add_feedback(
        self, check_id: str, given: Feedback, *, key_id: str | None
    ) -> GivenFeedback:
        """Feedback on a check, on disk once this returns. Raises `UnknownCheck`.

        The same caller may say otherwise later: the last word counts, and the one before is gone.
        People correct themselves, and may want a comment forgotten; nobody fills the disk by
        repeating it. Callers without a key are one caller: they sit at this machine.
        """
        waiting = self._recorder.get(check_id)
        if not _plain(check_id):
            raise _unknown()

        async def put(connection: AsyncConnection) -> GivenFeedback:
            if waiting is not None:  # the person was faster than the recorder
                await checks.add(connection, [waiting])
            if not await checks.hold(connection, check_id):
                raise _unknown()
            return await feedback.put(connection, check_id, given, key_id, datetime.now(UTC))

        return await self._database.write(put)

    async def all_feedback(self) -> Sequence[tuple[GivenFeedback, Check]]:
        """All that was said, each with its check, one picture's together."""
        return await self._database.read(feedback.every)

    # Keys

    async def create_key(self, name: str) -> tuple[Key, str]:
        """A new key and its token, which is nowhere kept: only its digest is."""
        key_id, token = tokens.new_token()
        key = Key(
            id=key_id,
            name=name,
            created_at=datetime.now(UTC),
            revoked_at=None,
            last_used_at=None,
        )
        await self._database.write(partial(keys.add, key=key, sha256=tokens.digest(token)))
        return key, token

    async def keys(self) -> Sequence[Key]:
        """All keys, revoked ones too, oldest first."""
        return await self._database.read(keys.every)

    async def revoke_key(self, key_id: str) -> None:
        """From now on the key opens nothing. Raises `UnknownKey`."""
        revoke = partial(keys.revoke, key_id=key_id, now=datetime.now(UTC))
        if not _plain(key_id) or not await self._database.write(revoke):
            raise UnknownKey(f"No key has the id {key_id!r}. See `realeyez keys list`.")

    async def authenticate(self, token: str) -> Key:
        """Whose key it is. Raises `BadKey` or `RevokedKey`."""
        key_id = tokens.token_id(token)
        if key_id is None:
            raise _bad()
        found = await self._database.read(partial(keys.find, key_id=key_id))
        if found is None:
            raise _bad()
        key, sha256 = found
        if not tokens.matches(token, sha256):
            raise _bad()
        if key.revoked_at is not None:
            raise RevokedKey("This key has been revoked. Ask the service's operator for another.")
        now = datetime.now(UTC)
        if key.last_used_at is None or now - key.last_used_at > _USE_IS_NOTED_EVERY:
            self._recorder.note_use(key.id, now)
        return key

    async def counts(self) -> Counts:
        """How much there is."""

        async def count(connection: AsyncConnection) -> Counts:
            return Counts(
                checks=await checks.count(connection),
                feedback=await feedback.count(connection),
                keys=await keys.count(connection),
            )

        return await self._database.read(count)


async def _write_waiting(
    database: Database, waiting: Sequence[Check], uses: Mapping[str, datetime]
) -> None:
    async def write(connection: AsyncConnection) -> None:
        if waiting:
            await checks.add(connection, waiting)
        await keys.note_uses(connection, uses)

    await database.write(write)


def _plain(given_id: str) -> bool:
    """Ids come from URLs and people; some characters no database can even be asked for."""
    return given_id.isascii() and given_id.isalnum()


def _bad() -> BadKey:
    return BadKey("This is not a key of this service. Ask its operator for one.")


def _unknown() -> UnknownCheck:
    return UnknownCheck("There is no check of this id: it was never made here, or deleted since.")
