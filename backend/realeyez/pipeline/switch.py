"""The engine in use, which another model's can take over from without a failed check."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from realeyez.models import Manifest, Model
from realeyez.pipeline.engine import Engine
from realeyez.pipeline.types import Priority, Verdict

Opener = Callable[[Model], AbstractAsyncContextManager[Engine]]


class Switch:
    """Checks go to the newest engine; one that was replaced finishes what it has, and ends.

    async with Switch.running(Engine.running, load_model("bundled")) as switch:
        await switch.replace(load_model("s3://models/realeyez-b0/0.3.0"))
    """

    def __init__(self, opener: Opener, post: _Post) -> None:
        self._opener = opener
        self._post = post
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, opener: Opener, model: Model) -> AsyncIterator[Switch]:
        """A switch with a warm engine; leaving ends it. Raises `ModelError`."""
        switch = cls(opener, await _Post.opened(opener, model))
        try:
            yield switch
        finally:
            async with switch._one_at_a_time:
                await switch._post.close()
                del switch._post  # aiohttp keeps ended applications; their model need not stay

    @property
    def manifest(self) -> Manifest:
        """That of the model in use."""
        return self._post.engine.manifest

    @property
    def waiting(self) -> int:
        """Pictures that wait for a thread or for the model in use."""
        return self._post.engine.waiting

    async def check(
        self, data: bytes, *, explain: bool, priority: Priority, seconds: float
    ) -> Verdict:
        """As `Engine.check`, by the engine that is in use now."""
        with self._post.used() as engine:
            return await engine.check(data, explain=explain, priority=priority, seconds=seconds)

    async def replace(self, model: Model) -> None:
        """Use another model from now on. Returns once the old one has ended.

        Raises `ModelError` if it cannot be used; then all stays as it was.
        """
        async with self._one_at_a_time:
            new = await _Post.opened(self._opener, model)
            old, self._post = self._post, new
            await old.close()


class _Post:
    """An engine, and how many checks it has."""

    def __init__(self, engine: Engine, stack: AsyncExitStack) -> None:
        self.engine = engine
        self._stack = stack
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    @classmethod
    async def opened(cls, opener: Opener, model: Model) -> _Post:
        stack = AsyncExitStack()
        return cls(await stack.enter_async_context(opener(model)), stack)

    @contextlib.contextmanager
    def used(self) -> Iterator[Engine]:
        self._users += 1
        self._unused.clear()
        try:
            yield self.engine
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def close(self) -> None:
        """End the engine, once nobody uses it any more."""
        await self._unused.wait()
        await self._stack.aclose()
