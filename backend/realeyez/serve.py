"""The service's life: listen, and stop without losing what was taken on."""

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from realeyez.api.keys import DRAINING
from realeyez.app import create_app
from realeyez.settings import Settings

_READ_BYTES = 256 * 1024
"""Of a connection that nobody has looked at yet; the event loop reads as much at a time."""
_LAST_BYTES_SECONDS = 0.25
"""For requests that are on their way on connections that were taken before the port closed."""


async def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until a signal comes. SIGTERM drains:

    1. `/health/ready` answers 503, all else as before, so that a balancer can look elsewhere;
    2. after `settings.drains_for` seconds the port closes;
    3. what is in flight is finished, for up to `settings.finish_seconds`.

    SIGINT, or a second signal, goes to step 2 at once. Raises `StoreError`, `ModelError`, `NoKeys`,
    or `OSError` if it cannot listen.
    """
    _open_many_files()
    app = create_app(settings)
    runner = web.AppRunner(
        app,
        access_log=None,
        read_bufsize=_READ_BYTES,
        keepalive_timeout=settings.idle_seconds,  # aiohttp begins to count at the connection
        handler_cancellation=True,  # nothing is computed for a caller that went away
        shutdown_timeout=settings.finish_seconds,
    )
    stop, at_once = asyncio.Event(), asyncio.Event()
    with _signals(stop, at_once):
        try:
            await runner.setup()
            site = web.TCPSite(runner, settings.host, settings.port)
            gc.collect()
            gc.freeze()  # what is there now stays: no collection looks at it again
            await site.start()
            say(f"Listening on {', '.join(_urls(runner))}; Ctrl+C stops it.")
            await stop.wait()
            app[DRAINING].set()
            with suppress(TimeoutError):
                await asyncio.wait_for(at_once.wait(), settings.drains_for)
            await site.stop()
            await asyncio.sleep(_LAST_BYTES_SECONDS)
        finally:
            await runner.cleanup()


def _open_many_files() -> None:
    """As many connections as the system lets this process have: the usual 1,024 are soon taken."""
    with suppress(ImportError, OSError, ValueError):  # Windows, or a system that does not let us
        import resource

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def _signals(stop: asyncio.Event, at_once: asyncio.Event) -> Iterator[None]:
    """Until the end, so that a third signal cuts nothing off."""

    def asked(signum: int) -> None:
        if stop.is_set() or signum == signal.SIGINT:
            at_once.set()
        stop.set()

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl+C cancels, and `serve` cleans up
            loop.add_signal_handler(signum, asked, signum)
    try:
        yield
    finally:
        for signum in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):
                loop.remove_signal_handler(signum)


def _urls(runner: web.AppRunner) -> Iterator[str]:
    for host, port, *_ in runner.addresses:
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
