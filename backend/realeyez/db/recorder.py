"""Checks on their way to the database, so that no answer waits for it.

What is not yet written is in memory: a crash loses those few checks, and an outage of the database
loses the oldest ones past `MOST_WAITING`. That is the price of never delaying an answer, and a
check without feedback is worth little. Feedback does not come this way.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import islice
from typing import Self

from realeyez.db.errors import Unavailable
from realeyez.db.records import Check

log = logging.getLogger(__name__)

MOST_WAITING = 10_000  # checks; about 23 MB
GATHERS = 0.25
"""Seconds. A transaction costs far more than a check in it."""
_BATCH = 500
_LAST_WRITE_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0

Write = Callable[[Sequence[Check], Mapping[str, datetime]], Awaitable[None]]


class Recorder:
    """Writes a moment after something came, together with what came meanwhile.

    async with Recorder.running(write) as recorder:
        recorder.add(check)
    """

    def __init__(
        self, write: Write, *, most_waiting: int = MOST_WAITING, gathers: float = GATHERS
    ) -> None:
        """most_waiting: checks in memory. gathers: seconds for which a first check waits."""
        self._write = write
        self._most_waiting = most_waiting
        self._gathers = gathers
        self._checks: dict[str, Check] = {}
        self._uses: dict[str, datetime] = {}
        self._something = asyncio.Event()
        self.dropped = 0

    @classmethod
    @asynccontextmanager
    async def running(
        cls, write: Write, *, most_waiting: int = MOST_WAITING, gathers: float = GATHERS
    ) -> AsyncIterator[Self]:
        """A recorder at work; leaving writes what waits, if that is possible within seconds."""
        recorder = cls(write, most_waiting=most_waiting, gathers=gathers)
        worker = asyncio.create_task(recorder._work())
        try:
            yield recorder
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
            await recorder._write_the_rest()

    @property
    def waiting(self) -> int:
        """Checks that are not yet written."""
        return len(self._checks)

    def add(self, check: Check) -> None:
        """Never waits and never fails."""
        if len(self._checks) >= self._most_waiting:
            del self._checks[next(iter(self._checks))]
            self.dropped += 1
        self._checks[check.id] = check
        self._something.set()

    def get(self, check_id: str) -> Check | None:
        """A check that is not yet written."""
        return self._checks.get(check_id)

    def note_use(self, key_id: str, at: datetime) -> None:
        """When a key was last used."""
        self._uses[key_id] = at
        self._something.set()

    async def _work(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._something.wait()
            if len(self._checks) < _BATCH:
                await asyncio.sleep(self._gathers)
            try:
                await self._write_some()
            except Unavailable as error:
                if pause == _FIRST_PAUSE:
                    log.warning("Checks wait for the database: %s", error.reason)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                if pause != _FIRST_PAUSE:
                    log.warning("The database is back; %d checks wait", len(self._checks))
                pause = _FIRST_PAUSE

    async def _write_some(self) -> None:
        checks = list(islice(self._checks.values(), _BATCH))
        uses = dict(self._uses)
        try:
            await self._write(checks, uses)
        except Unavailable:
            raise
        except Exception:  # what the database will never take must not stop the rest
            log.exception("%d checks cannot be recorded", len(checks))
            self.dropped += len(checks)
        for check in checks:
            self._checks.pop(check.id, None)  # unless it was dropped meanwhile
        for key_id, at in uses.items():
            if self._uses[key_id] == at:
                del self._uses[key_id]
        if not self._checks and not self._uses:
            self._something.clear()

    async def _write_the_rest(self) -> None:
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_LAST_WRITE_SECONDS):
                while self._something.is_set():
                    await self._write_some()
        if self._checks:
            log.warning("%d checks could not be recorded before the end", len(self._checks))
