"""SIGHUP: the model is loaded again, and takes over without a failed check."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from functools import partial

from aiohttp import web

from realeyez.api.keys import METRICS, SETTINGS, SWITCH
from realeyez.models import Model, ModelError, load_model
from realeyez.pipeline.provenance import TrustListError
from realeyez.settings import Settings

log = logging.getLogger(__name__)


async def reload_on_hangup(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context. Signals that come during a reload are answered by one more."""
    if not hasattr(signal, "SIGHUP"):  # Windows
        yield
        return
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    # nohup has it ignored, and means that the end of the terminal is not ours.
    ends = _has_terminal() and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    loop.add_signal_handler(signal.SIGHUP, partial(_hung_up, asked, ends_with_terminal=ends))
    task = asyncio.create_task(_reload_when(asked, app))
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _hung_up(asked: asyncio.Event, *, ends_with_terminal: bool) -> None:
    """Terminals that are closed say SIGHUP too."""
    if ends_with_terminal and not _has_terminal():
        signal.raise_signal(signal.SIGTERM)
    else:
        asked.set()


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
    except OSError:
        return False
    return True


async def load(settings: Settings) -> Model:
    """`load_model`, in a thread that no exit waits for: S3 may keep it for a minute."""
    future: Future[Model] = Future()

    def work() -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(load_model(settings.model, settings.model_cache))
            except BaseException as error:
                future.set_exception(error)

    threading.Thread(target=work, name="load", daemon=True).start()
    return await asyncio.wrap_future(future)


async def _reload_when(asked: asyncio.Event, app: web.Application) -> None:
    while True:
        await asked.wait()
        asked.clear()
        outcome = "failed"
        try:
            outcome = await _reload(app)
        except (ModelError, TrustListError) as error:
            log.error("The model stays as it was. %s", error)
        except Exception:
            log.exception("The model stays as it was")
        app[METRICS].reloads.labels(outcome).inc()


async def _reload(app: web.Application) -> str:
    """What came of it. Raises `ModelError` or `TrustListError`."""
    switch = app[SWITCH]
    model = await load(app[SETTINGS])
    new, old = model.manifest, switch.manifest
    if new == old:
        log.info("The model is %s %s already", new.name, new.version)
        return "unchanged"
    await switch.replace(model)
    app[METRICS].describe(new)
    log.info("%s %s has taken over from %s %s", new.name, new.version, old.name, old.version)
    return "replaced"
