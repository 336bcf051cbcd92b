"""Many requests → few runs of the model, on threads that do nothing else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from realeyez.pipeline.errors import Busy, Expired
from realeyez.pipeline.line import Line, Ticket
from realeyez.pipeline.types import Prediction

Views = NDArray[np.uint8]


class Predictor(Protocol):
    """What the batcher runs: a `Classifier`."""

    def predict(self, views: Views, *, alone: bool = False) -> Prediction:
        """alone: nothing else is to be done, so that all cores may work on this."""
        ...


@dataclass(eq=False, slots=True)
class _Job:
    views: Views
    answer: asyncio.Future[Prediction]
    ticket: Ticket
    came: float


class Batcher:
    """Starts a run as soon as there is a lane for it; what comes meanwhile forms the next batch.

    async with Batcher.running(classifier, max_views=8, max_waiting=64) as batcher:
        prediction = await batcher.predict(views, Ticket("feed"))
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        max_views: int,
        max_waiting: int,
        lanes: int = 1,
        wait: float = 0.0,
        on_run: Callable[[int], None] = lambda views: None,
    ) -> None:
        """max_views: in one run, unless a single request has more. max_waiting: requests.

        lanes: runs at a time, a thread each. wait: seconds that an idle lane waits for a batch to
        fill. on_run: is told of each run's number of views.
        """
        self._predictor = predictor
        self._max_views = max_views
        self._max_waiting = max_waiting
        self._lanes = self._idle = lanes
        self._wait = wait
        self._on_run = on_run
        self._line: Line[_Job] = Line()
        self._timer: asyncio.TimerHandle | None = None
        self._threads = ThreadPoolExecutor(lanes, thread_name_prefix="model")

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        predictor: Predictor,
        *,
        max_views: int,
        max_waiting: int,
        lanes: int = 1,
        wait: float = 0.0,
        on_run: Callable[[int], None] = lambda views: None,
        warm_up: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Batcher]:
        """A batcher at work; leaving lets what runs come to its end and cancels what waits.

        warm_up: is called first, in a lane's thread.
        """
        batcher = cls(
            predictor,
            max_views=max_views,
            max_waiting=max_waiting,
            lanes=lanes,
            wait=wait,
            on_run=on_run,
        )
        try:
            await asyncio.get_running_loop().run_in_executor(batcher._threads, warm_up)
            yield batcher
        finally:
            while batcher._line:
                batcher._line.take()[0].answer.cancel()
            batcher._threads.shutdown()

    @property
    def waiting(self) -> int:
        """Requests that wait for the model."""
        return len(self._line)

    async def predict(self, views: Views, ticket: Ticket | None = None) -> Prediction:
        """The classifier's answer for `[n, 224, 224, 3]`.

        Raises `Busy` when the queue is full, and `Expired` when the ticket's deadline has passed
        before its turn came.
        """
        if len(self._line) >= self._max_waiting:
            raise Busy
        answer: asyncio.Future[Prediction] = asyncio.get_running_loop().create_future()
        job = _Job(views, answer, ticket or Ticket(), perf_counter())
        self._line.add(job, job.ticket)
        if not self._wait or len(self._line) >= self._max_views:
            self._start_runs()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._wait, self._start_runs)
        try:
            return await answer
        finally:
            self._line.discard(job)  # if its caller went away

    def _start_runs(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._idle and (batch := self._next_batch()):
            self._idle -= 1
            alone = not self._line and self._idle == self._lanes - 1
            run = asyncio.get_running_loop().run_in_executor(
                self._threads, partial(self._run, batch, alone=alone)
            )
            run.add_done_callback(partial(self._finish, batch))

    def _next_batch(self) -> list[_Job]:
        """What waits, in turn, as long as it fits into a run."""
        batch: list[_Job] = []
        views = 0
        while self._line:
            job, ticket = self._line.first()
            if batch and views + len(job.views) > self._max_views:
                break
            self._line.take()
            if job.answer.done():  # its caller has just gone away
                continue
            if ticket.expired:
                job.answer.set_exception(Expired())
                continue
            batch.append(job)
            views += len(job.views)
        return batch

    def _run(self, batch: Sequence[_Job], *, alone: bool) -> list[Prediction | Exception]:
        """Each job's answer. In a lane's thread."""
        started = perf_counter()
        try:
            answers: list[Prediction | Exception] = [*self._together(batch, alone=alone)]
        except Exception as error:
            # Whose fault it was nobody knows: the others must not suffer from it.
            answers = [error] if len(batch) == 1 else [self._alone(job) for job in batch]
        ended = perf_counter()
        for job in batch:
            job.ticket.watch.add("queue", started - job.came)
            job.ticket.watch.add("inference", ended - started)
        return answers

    def _together(self, batch: Sequence[_Job], *, alone: bool) -> Iterator[Prediction]:
        views = batch[0].views if len(batch) == 1 else np.concatenate([job.views for job in batch])
        prediction = self._predictor.predict(views, alone=alone)
        start = 0
        for job in batch:
            end = start + len(job.views)
            yield Prediction(prediction.logits[start:end], prediction.maps[start:end])
            start = end

    def _alone(self, job: _Job) -> Prediction | Exception:
        try:
            return self._predictor.predict(job.views)
        except Exception as error:
            return error

    def _finish(
        self, batch: Sequence[_Job], run: asyncio.Future[list[Prediction | Exception]]
    ) -> None:
        self._idle += 1
        self._start_runs()  # first of all: the model is idle
        self._on_run(sum(len(job.views) for job in batch))
        for job, answer in zip(batch, run.result(), strict=True):
            if job.answer.done():  # its caller went away
                continue
            if isinstance(answer, Exception):
                job.answer.set_exception(answer)
            else:
                job.answer.set_result(answer)
