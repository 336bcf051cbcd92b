"""The ways of a picture through the threads, from its bytes to its verdict."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from realeyez.pipeline import Prepared
from realeyez.pipeline.batcher import Batcher
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.errors import Busy, Expired
from realeyez.pipeline.line import Ticket
from realeyez.pipeline.pool import Pool
from realeyez.pipeline.types import Prediction, Verdict

Prepare = Callable[[], Prepared]
Conclude = Callable[[Prepared, Prediction], Verdict]


class Route(Protocol):
    """Who runs the steps of a check, and when."""

    @property
    def waiting(self) -> int:
        """Pictures that wait for a thread."""
        ...

    async def decide(self, prepare: Prepare, conclude: Conclude, ticket: Ticket) -> Verdict:
        """Raises what the steps raise; or `Expired`, or `Busy`."""
        ...


class Direct:
    """A thread takes a picture all the way, and there are as many threads as cores: for CPUs.

    Whatever is begun is soon done. Were more pictures worked on than there are cores, all of them
    would take longer, and each hand-over from thread to thread costs a turn of the interpreter.
    """

    def __init__(
        self,
        classifier: Classifier,
        pool: Pool,
        *,
        max_waiting: int,
        on_run: Callable[[int], None],
    ) -> None:
        self._classifier = classifier
        self._pool = pool
        self._max_waiting = max_waiting
        self._on_run = on_run

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        classifier: Classifier,
        *,
        threads: int,
        max_waiting: int,
        on_run: Callable[[int], None],
    ) -> AsyncIterator[Direct]:
        """Warm. max_waiting: pictures. on_run: is told of each run's number of views."""
        await asyncio.to_thread(classifier.warm_up)
        async with Pool.running(threads) as pool:
            yield cls(classifier, pool, max_waiting=max_waiting, on_run=on_run)

    @property
    def waiting(self) -> int:
        return self._pool.waiting

    async def decide(self, prepare: Prepare, conclude: Conclude, ticket: Ticket) -> Verdict:
        if self._pool.waiting >= self._max_waiting:
            raise Busy

        def check() -> tuple[Verdict, int]:
            prepared = prepare()
            if ticket.expired:
                raise Expired
            views = prepared.views.pixels
            with ticket.watch.step("inference"):
                prediction = self._predict(views)
            return conclude(prepared, prediction), len(views)

        verdict, views = await self._pool.run(check, ticket)
        self._on_run(views)
        return verdict

    def _predict(self, views: NDArray[np.uint8]) -> Prediction:
        """With all cores, if no other picture and no other program wants one."""
        alone, started = self._pool.alone, perf_counter()
        prediction = self._classifier.predict(views, alone=alone)
        if alone and perf_counter() - started > self._classifier.lane_seconds * len(views):
            self._pool.crowd()
        return prediction


class Staged:
    """Threads that decode, and behind them a batcher that feeds the model: for GPUs."""

    def __init__(self, pool: Pool, batcher: Batcher) -> None:
        self._pool = pool
        self._batcher = batcher

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        classifier: Classifier,
        *,
        threads: int,
        max_views: int,
        max_waiting: int,
        wait: float,
        on_run: Callable[[int], None],
    ) -> AsyncIterator[Staged]:
        """Warm. threads: that decode; the others are as of `Batcher`."""
        async with (
            Pool.running(threads) as pool,
            Batcher.running(
                classifier,
                max_views=max_views,
                max_waiting=max_waiting,
                lanes=classifier.lanes,
                wait=wait,
                on_run=on_run,
                warm_up=classifier.warm_up,
            ) as batcher,
        ):
            yield cls(pool, batcher)

    @property
    def waiting(self) -> int:
        return self._pool.waiting + self._batcher.waiting

    async def decide(self, prepare: Prepare, conclude: Conclude, ticket: Ticket) -> Verdict:
        prepared = await self._pool.run(prepare, ticket)
        prediction = await self._batcher.predict(prepared.views.pixels, ticket)
        # Not in the loop, which a heat map would hold up.
        return await asyncio.to_thread(conclude, prepared, prediction)
