"""A bounded number of threads, whose turns are a line's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from realeyez.pipeline.errors import Expired
from realeyez.pipeline.line import Line, Ticket

T = TypeVar("T")


class Pool:
    """Runs work in threads; at most `threads` at a time, the rest waits in line.

    async with Pool.running(2) as pool:
        pixels = await pool.run(lambda: decode(data), Ticket("feed"))
    """

    def __init__(self, threads: int) -> None:
        self._free = threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._line: Line[asyncio.Future[None]] = Line()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, threads: int) -> AsyncIterator[Pool]:
        """A pool; leaving waits for the work that has begun."""
        pool = cls(threads)
        try:
            yield pool
        finally:
            pool._threads.shutdown()

    @property
    def waiting(self) -> int:
        return len(self._line)

    async def run(self, work: Callable[[], T], ticket: Ticket) -> T:
        """What `work` returns. Raises `Expired` if the deadline passed before its turn came.

        A thread cannot be stopped: it keeps its place until it is done, even if its caller is
        cancelled, so that there is never more work than threads.
        """
        with ticket.watch.step("queue"):
            await self._turn(ticket)
        loop = asyncio.get_running_loop()
        running = self._threads.submit(work)
        running.add_done_callback(lambda _: loop.call_soon_threadsafe(self._leave))
        return await asyncio.wrap_future(running)

    async def _turn(self, ticket: Ticket) -> None:
        called: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._line.add(called, ticket)
        self._call()
        try:
            await called
        except asyncio.CancelledError:
            self._line.discard(called)
            if not called.cancelled() and called.exception() is None:
                self._leave()  # called at this very moment: the turn is passed on
            raise

    def _call(self) -> None:
        while self._free and self._line:
            called, ticket = self._line.take()
            if called.done():  # its caller has just gone away
                continue
            if ticket.expired:
                called.set_exception(Expired())
            else:
                self._free -= 1
                called.set_result(None)

    def _leave(self) -> None:
        self._free += 1
        self._call()
