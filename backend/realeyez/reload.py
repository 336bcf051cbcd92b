"""SIGHUP: the model is loaded again, and takes over without a failed check."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from realeyez.api.keys import METRICS, SETTINGS, SWITCH
from realeyez.models import ModelError, load_model

log = logging.getLogger(__name__)


async def reload_on_hangup(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context. Signals that come during a reload are answered by one more."""
    if not hasattr(signal, "SIGHUP"):  # Windows
        yield
        return
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, partial(_hung_up, asked, sys.stderr.isatty()))
    task = asyncio.create_task(_reload_when(asked, app))
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _hung_up(asked: asyncio.Event, had_terminal: bool) -> None:
    if had_terminal and not os.isatty(sys.stderr.fileno()):  # closed, as terminals say by SIGHUP
        signal.raise_signal(signal.SIGTERM)
    else:
        asked.set()


async def _reload_when(asked: asyncio.Event, app: web.Application) -> None:
    while True:
        await asked.wait()
        asked.clear()
        outcome = "failed"
        try:
            outcome = await _reload(app)
        except ModelError as error:
            log.error("The model stays as it was. %s", error)
        except Exception:
            log.exception("The model stays as it was")
        app[METRICS].reloads.labels(outcome).inc()


async def _reload(app: web.Application) -> str:
    """What came of it. Raises `ModelError`."""
    settings, switch = app[SETTINGS], app[SWITCH]
    model = await asyncio.to_thread(load_model, settings.model, settings.model_cache)
    new, old = model.manifest, switch.manifest
    if new == old:
        log.info("The model is %s %s already", new.name, new.version)
        return "unchanged"
    await switch.replace(model)
    app[METRICS].describe(new)
    log.info("%s %s has taken over from %s %s", new.name, new.version, old.name, old.version)
    return "replaced"
