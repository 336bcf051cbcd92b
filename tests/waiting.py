"""Waiting for what happens beside a test."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], object], within: float = 60) -> None:
    """Returns once it has happened; `happened` is quick. within: seconds, or the test fails."""
    async with asyncio.timeout(within):
        while True:
            if happened():
                return
            await asyncio.sleep(0.005)
