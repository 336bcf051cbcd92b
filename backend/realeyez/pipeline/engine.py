"""Many checks at a time: the steps of `pipeline.check`, each picture decided once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cachetools import TTLCache

from realeyez.models import Model
from realeyez.pipeline import conclude, cores, prepare
from realeyez.pipeline.classifier import Classifier, Provider
from realeyez.pipeline.decode import MAX_BYTES, MAX_PIXELS
from realeyez.pipeline.errors import Expired
from realeyez.pipeline.line import Ticket
from realeyez.pipeline.provenance import Provenance, load_trust_list
from realeyez.pipeline.room import Room
from realeyez.pipeline.routes import Direct, Route, Staged
from realeyez.pipeline.stopwatch import Stopwatch
from realeyez.pipeline.tags import Tagger
from realeyez.pipeline.types import Priority, Verdict

_CACHE_SECONDS = 3600.0
_VERDICT_BYTES = 2000  # about what one takes in memory, without its heat map


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """How an engine works. 0 leaves a figure to the machine or the model."""

    provider: Provider = "auto"
    model_threads: int = 0  # of CPUs that run the model; 0: all cores
    decode_threads: int = 0  # pictures worked on at a time; 0: as many as CPUs run the model
    max_views: int = 0  # in one run of the model; 0: what suits model and machine
    batch_wait: float = 0.0  # seconds that an idle model waits for a batch to fill
    max_waiting: int = 64  # pictures that wait for a thread, or for the model
    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS
    decode_pixels: int = MAX_PIXELS  # of all pictures that are decoded at a time
    cache_bytes: int = 64 * 2**20  # of verdicts that are kept
    trust_list: Path | None = None  # whose signatures decide; None: the bundled list


class Engine:
    """One model at work.

    async with Engine.running(load_model("bundled")) as engine:
        verdict = await engine.check(data, priority="feed", seconds=30)

    Pictures of the same bytes share one computation, and its verdict is kept for a while. Nobody's
    cancellation, failure or slowness changes what another is told.
    """

    def __init__(
        self,
        model: Model,
        config: EngineConfig,
        provenance: Provenance,
        route: Route,
        on_verdict: Callable[[Verdict, Priority], None],
    ) -> None:
        self.manifest = model.manifest
        self._provenance = provenance
        self._on_verdict = on_verdict
        self._config = config
        self._room = Room(config.decode_pixels)
        self._route = route
        self._tag = Tagger()
        self._working: dict[tuple[bytes, bool], _Shared] = {}
        self._cache: TTLCache[tuple[bytes, bool], Verdict] = TTLCache(
            config.cache_bytes, _CACHE_SECONDS, getsizeof=_size
        )

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        model: Model,
        config: EngineConfig | None = None,
        *,
        on_run: Callable[[int], None] = lambda views: None,
        on_verdict: Callable[[Verdict, Priority], None] = lambda verdict, priority: None,
    ) -> AsyncIterator[Engine]:
        """A warm engine; leaving it lets what runs come to its end.

        on_run: is told of each run's number of views. on_verdict: of each verdict that is made,
        before anybody is given it, and also where its first caller has gone.

        Raises `ModelError` or `TrustListError`.
        """
        config = config or EngineConfig()
        provenance = Provenance(load_trust_list(config.trust_list))
        classifier = await asyncio.to_thread(_classifier, model, config)
        async with _route(classifier, config, on_run) as route:
            yield cls(model, config, provenance, route, on_verdict)

    @property
    def waiting(self) -> int:
        """Pictures that wait for a thread or for the model."""
        return self._route.waiting

    async def check(
        self,
        data: bytes,
        *,
        explain: bool = False,
        priority: Priority = "interactive",
        seconds: float = 60.0,
    ) -> Verdict:
        """A picture's verdict, with `explain` its heat map too.

        A verdict that was made for an earlier call of the same bytes is `cached` and has that
        check's id. Raises a `PictureError`, or a `Refused`: `Expired` after `seconds`, or `Busy`.
        """
        watch = Stopwatch()
        deadline = time.monotonic() + seconds
        key = (self._tag(data), explain)
        if (kept := self._cache.get(key)) is not None:
            return _again(kept, watch)
        shared = self._working.get(key)
        first = shared is None
        if shared is None:
            ticket = Ticket(priority, deadline, watch)
            shared = _Shared(asyncio.create_task(self._verdict(key, data, ticket)), ticket)
            self._working[key] = shared
            shared.task.add_done_callback(partial(self._forget, key, shared))
        else:
            shared.ticket.join(priority, deadline)
        shared.callers += 1
        try:
            async with asyncio.timeout(seconds):
                verdict = await asyncio.shield(shared.task)
        except TimeoutError:
            raise Expired from None
        finally:
            shared.callers -= 1
            if not shared.callers and not shared.task.done():
                shared.ticket.give_up()
                shared.task.cancel()
                self._forget(key, shared)  # whoever comes now begins anew
        return verdict if first else _again(verdict, watch)

    async def _verdict(self, key: tuple[bytes, bool], data: bytes, ticket: Ticket) -> Verdict:
        config, watch = self._config, ticket.watch
        verdict = await self._route.decide(
            partial(
                prepare,
                data,
                self.manifest,
                watch,
                provenance=self._provenance,
                max_bytes=config.max_bytes,
                max_pixels=config.max_pixels,
                room=partial(self._room.taken, unwanted=lambda: ticket.expired),
            ),
            partial(conclude, manifest=self.manifest, watch=watch, explain=key[1]),
            ticket,
        )
        self._on_verdict(verdict, ticket.priority)
        with contextlib.suppress(ValueError):  # larger than the whole cache
            self._cache[key] = verdict
        return verdict

    def _forget(
        self, key: tuple[bytes, bool], shared: _Shared, task: asyncio.Task[Verdict] | None = None
    ) -> None:
        if self._working.get(key) is shared:
            del self._working[key]
        if task is not None and not task.cancelled():
            task.exception()  # seen, even if its last caller went away a moment ago


@dataclass(eq=False, slots=True)
class _Shared:
    """A computation and how many wait for it."""

    task: asyncio.Task[Verdict]
    ticket: Ticket
    callers: int = 0


def _classifier(model: Model, config: EngineConfig) -> Classifier:
    return Classifier(model, threads=config.model_threads, provider=config.provider, lanes=True)


def _route(
    classifier: Classifier, config: EngineConfig, on_run: Callable[[int], None]
) -> AbstractAsyncContextManager[Route]:
    max_views = config.max_views or classifier.best_batch
    threads = config.decode_threads or config.model_threads or cores.usable()
    if classifier.any_thread and max_views == 1:
        return Direct.running(
            classifier, threads=threads, max_waiting=config.max_waiting, on_run=on_run
        )
    return Staged.running(
        classifier,
        threads=threads,
        max_views=max_views,
        max_waiting=config.max_waiting,
        wait=config.batch_wait,
        on_run=on_run,
    )


def _again(verdict: Verdict, watch: Stopwatch) -> Verdict:
    return verdict.model_copy(update={"cached": True, "timings_ms": watch.timings()})


def _size(verdict: Verdict) -> int:
    said = sum(len(claim.summary) + len(claim.prompt or "") for claim in verdict.claims)
    return _VERDICT_BYTES + len(verdict.heatmap or "") + said
