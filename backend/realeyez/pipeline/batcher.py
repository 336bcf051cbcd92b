"""Many requests → one run of the model at a time, on the one thread that owns the session."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from realeyez.pipeline.types import Prediction


class Busy(Exception):
    """The queue is full; try again later."""


class Predictor(Protocol):
    """What the batcher runs: a `Classifier`."""

    def predict(self, views: NDArray[np.uint8]) -> Prediction: ...


@dataclass(frozen=True, slots=True)
class _Job:
    views: NDArray[np.uint8]
    answer: asyncio.Future[Prediction]


class Batcher:
    """Starts work as soon as the model is idle; what arrives meanwhile forms the next batch.

    async with Batcher.running(classifier, max_views=8, max_waiting=64) as batcher:
        prediction = await batcher.predict(views)
    """

    def __init__(self, predictor: Predictor, *, max_views: int, max_waiting: int) -> None:
        """max_views: in one run, unless a single request has more. max_waiting: requests."""
        self._predictor = predictor
        self._max_views = max_views
        self._waiting: asyncio.Queue[_Job] = asyncio.Queue(max_waiting)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, predictor: Predictor, *, max_views: int, max_waiting: int
    ) -> AsyncIterator["Batcher"]:
        """A batcher at work; leaving ends it, and whatever still waits is cancelled."""
        batcher = cls(predictor, max_views=max_views, max_waiting=max_waiting)
        worker = asyncio.create_task(batcher._work())
        try:
            yield batcher
        finally:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
            while not batcher._waiting.empty():
                batcher._waiting.get_nowait().answer.cancel()
            batcher._thread.shutdown()

    @property
    def waiting(self) -> int:
        """Requests that wait for the model."""
        return self._waiting.qsize()

    async def predict(self, views: NDArray[np.uint8]) -> Prediction:
        """The classifier's answer for `[n, 224, 224, 3]`. Raises `Busy` when the queue is full."""
        answer: asyncio.Future[Prediction] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait(_Job(views, answer))
        except asyncio.QueueFull:
            raise Busy("Too many pictures are waiting. Try again in a moment.") from None
        return await answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        held: _Job | None = None
        while True:
            batch = [held or await self._waiting.get()]
            held = self._fill(batch)
            batch = [job for job in batch if not job.answer.done()]  # its caller went away
            if not batch:
                continue
            views = np.concatenate([job.views for job in batch])
            try:
                prediction = await loop.run_in_executor(
                    self._thread, self._predictor.predict, views
                )
            except Exception as error:
                for job in batch:
                    if not job.answer.done():
                        job.answer.set_exception(error)
            except asyncio.CancelledError:
                for job in [*batch, *([held] if held else [])]:
                    job.answer.cancel()
                raise
            else:
                _share_out(prediction, batch)

    def _fill(self, batch: list[_Job]) -> _Job | None:
        """Add what waits while it fits; the one that no longer fits is held for the next run."""
        views = len(batch[0].views)
        while not self._waiting.empty():
            job = self._waiting.get_nowait()
            views += len(job.views)
            if views > self._max_views:
                return job
            batch.append(job)
        return None


def _share_out(prediction: Prediction, batch: list[_Job]) -> None:
    start = 0
    for job in batch:
        end = start + len(job.views)
        if not job.answer.done():
            job.answer.set_result(
                Prediction(prediction.logits[start:end], prediction.maps[start:end])
            )
        start = end
