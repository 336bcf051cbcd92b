"""The application factory: wiring, and nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from realeyez.api import (
    check,
    checks,
    guard,
    health,
    model,
    openapi,
    page,
    requests,
    status,
    telemetry,
)
from realeyez.api.auth import Authenticator, require_a_key
from realeyez.api.body import MULTIPART_OVERHEAD
from realeyez.api.keys import (
    AUTHENTICATOR,
    DRAINING,
    IN_FLIGHT,
    METRICS,
    RATES,
    SETTINGS,
    SOURCE,
    STORE,
    SWITCH,
    UPLOADS,
)
from realeyez.api.limits import InFlight, Uploads
from realeyez.api.problems import problems
from realeyez.api.rates import Rates
from realeyez.api.source import Source
from realeyez.db.retention import retention
from realeyez.db.store import Store
from realeyez.metrics import Metrics
from realeyez.pipeline.engine import Engine
from realeyez.pipeline.switch import Switch
from realeyez.reload import load, reload_on_hangup
from realeyez.settings import Settings


def create_app(settings: Settings | None = None) -> web.Application:
    """The service. The model is loaded and warm before the port opens."""
    settings = settings or Settings()
    app = web.Application(
        middlewares=[
            requests.trace,
            health.part_when_draining,
            problems,
            guard.sites,
            guard.keys,
        ],
        client_max_size=settings.max_bytes + MULTIPART_OVERHEAD,
    )
    app[SETTINGS] = settings
    app[IN_FLIGHT] = InFlight(settings.max_waiting)
    app[UPLOADS] = Uploads(settings.uploads_mib * 2**20)
    app[RATES] = Rates(per_minute=settings.rate_per_minute, burst=settings.rate_burst)
    app[DRAINING] = asyncio.Event()
    app.router.add_post("/v1/check", check.check)
    app.router.add_get("/v1/checks/{id}", checks.stored)
    app.router.add_post("/v1/checks/{id}/feedback", checks.feedback)
    app.router.add_get("/v1/model", model.model)
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", telemetry.metrics)
    app.router.add_get("/status", status.status)
    app.router.add_get("/openapi.json", openapi.openapi)
    app.router.add_get("/docs", page.reference)
    app.router.add_get("/", page.page)
    app.router.add_get("/static/{name}", page.asset)
    app.on_response_prepare.append(page.add_security_headers)
    app.on_response_prepare.append(guard.allow_origins)
    app.cleanup_ctx.append(_store)
    app.cleanup_ctx.append(_source)
    app.cleanup_ctx.append(_engine)
    app.cleanup_ctx.append(reload_on_hangup)
    return app


async def _store(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    async with Store.running(settings.database) as store:
        if settings.keys_required:
            await require_a_key(store)
        app[STORE] = store
        app[AUTHENTICATOR] = Authenticator(store)
        async with retention(store, settings.retention_days):
            yield


async def _source(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    with contextlib.ExitStack() as stack:
        if settings.urls:
            app[SOURCE] = stack.enter_context(
                Source.running(max_bytes=settings.max_bytes, seconds=settings.url_seconds)
            )
        yield


async def _engine(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    metrics = app[METRICS] = Metrics(
        waiting=lambda: app[SWITCH].waiting,
        in_flight=lambda: app[IN_FLIGHT].count,
        upload_bytes=lambda: app[UPLOADS].bytes,
        unwritten=lambda: app[STORE].waiting,
        dropped=lambda: app[STORE].dropped,
    )
    opener = partial(
        Engine.running,
        config=settings.engine,
        on_run=metrics.observe_run,
        on_verdict=app[STORE].record,
    )
    async with Switch.running(opener, await load(settings)) as switch:
        app[SWITCH] = switch
        metrics.describe(switch.manifest)
        yield
