"""Old checks go by themselves."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from realeyez.db.errors import StoreError
from realeyez.db.store import Store

log = logging.getLogger(__name__)

_DAY = 24 * 3600.0
_AGAIN = 600.0  # seconds; the database may be back by then


@asynccontextmanager
async def retention(store: Store, days: int) -> AsyncIterator[None]:
    """Delete checks older than that, at once and then once a day; 0: never."""
    if not days:
        yield
        return
    task = asyncio.create_task(_keep_pruning(store, days))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_pruning(store: Store, days: int) -> None:
    while True:
        pause = _DAY
        try:
            if deleted := await store.prune(days):
                log.info("%d checks older than %d days deleted", deleted, days)
        except StoreError as error:
            log.warning("Old checks are not deleted yet: %s", error)
            pause = _AGAIN
        except Exception:  # nobody waits for it, and nobody else would tell
            log.exception("Old checks cannot be deleted")
        await asyncio.sleep(pause)
