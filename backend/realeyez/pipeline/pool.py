"""A bounded number of threads, whose turns are a line's."""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from realeyez.pipeline.errors import Expired
from realeyez.pipeline.line import Line, Ticket

T = TypeVar("T")

_QUIET_SECONDS = 1.0
"""Where two have met, they soon meet again: whoever takes all cores then delays the other."""


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[], Any]
    answer: asyncio.Future[Any]
    came: float

    def say(self, set_it: Callable[[Any], None], what: object) -> None:
        """To whoever waits. In a thread."""
        self.answer.get_loop().call_soon_threadsafe(self._say, set_it, what)

    def _say(self, set_it: Callable[[Any], None], what: object) -> None:
        if not self.answer.done():  # else its caller went away
            set_it(what)


class Pool:
    """Runs work in threads; at most `threads` at a time, the rest waits in line.

    async with Pool.running(2) as pool:
        pixels = await pool.run(lambda: decode(data), Ticket("feed"))

    A thread takes its next work itself: the event loop may be busy, and a core would idle.
    """

    def __init__(self, threads: int) -> None:
        self._line: Line[_Job] = Line()
        self._change = threading.Condition()  # guards all of this
        self._busy = 0
        self._crowded_at = -math.inf  # when two were last at work, or others were
        self._ended = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"picture-{number}")
            for number in range(threads)
        ]

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, threads: int) -> AsyncIterator[Pool]:
        """A pool; leaving waits for the work that has begun, and cancels what waits."""
        pool = cls(threads)
        for thread in pool._threads:
            thread.start()
        try:
            yield pool
        finally:
            pool._end()

    @property
    def waiting(self) -> int:
        return len(self._line)

    @property
    def alone(self) -> bool:
        """Whether one piece of work has gone on at a time, for a while. Any thread may ask."""
        return self._busy <= 1 and perf_counter() - self._crowded_at > _QUIET_SECONDS

    def crowd(self) -> None:
        """Say that another program wants the cores: nothing is `alone` for a while."""
        self._crowded_at = perf_counter()

    async def run(self, work: Callable[[], T], ticket: Ticket) -> T:
        """What `work` returns. Raises `Expired` if the deadline passed before its turn came.

        A thread cannot be stopped: it keeps its place until it is done, even if its caller is
        cancelled, so that there is never more work than threads.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = _Job(work, answer, perf_counter())
        with self._change:
            self._line.add(job, ticket)
            self._change.notify()
        try:
            return await answer
        finally:
            if answer.cancelled():
                with self._change:
                    self._line.discard(job)

    def _serve(self) -> None:
        """A thread's life."""
        while job := self._next():
            try:
                job.say(job.answer.set_result, job.work())
            except BaseException as error:  # whatever it is, it is the caller's
                job.say(job.answer.set_exception, error)
            del job  # and its picture with it: the next may be long in coming
            with self._change:
                self._busy -= 1

    def _next(self) -> _Job | None:
        """Waits for it. None at the end."""
        with self._change:
            while not self._ended:
                if not self._line:
                    self._change.wait()
                    continue
                job, ticket = self._line.take()
                if ticket.expired:
                    job.say(job.answer.set_exception, Expired())
                elif not job.answer.done():  # else its caller has just gone away
                    ticket.watch.add("queue", perf_counter() - job.came)
                    self._busy += 1
                    if self._busy > 1:
                        self._crowded_at = perf_counter()
                    return job
        return None

    def _end(self) -> None:
        with self._change:
            self._ended = True
            while self._line:
                self._line.take()[0].answer.cancel()
            self._change.notify_all()
        for thread in self._threads:
            thread.join()
