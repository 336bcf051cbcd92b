"""The application factory: wiring, and nothing else."""

from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from realeyez.api import check, health, model, openapi, page, requests, telemetry
from realeyez.api.keys import IN_FLIGHT, METRICS, SETTINGS, SWITCH
from realeyez.api.limits import InFlight
from realeyez.api.problems import problems
from realeyez.metrics import Metrics
from realeyez.pipeline.engine import Engine
from realeyez.pipeline.switch import Switch
from realeyez.reload import load, reload_on_hangup
from realeyez.settings import Settings

# A multipart body is a little larger than the picture in it.
_MULTIPART_OVERHEAD = 64 * 1024


def create_app(settings: Settings | None = None) -> web.Application:
    """The service. The model is loaded and warm before the port opens."""
    settings = settings or Settings()
    app = web.Application(
        middlewares=[requests.trace, problems],
        client_max_size=settings.max_bytes + _MULTIPART_OVERHEAD,
    )
    app[SETTINGS] = settings
    app[IN_FLIGHT] = InFlight(settings.max_waiting)
    app.router.add_post("/v1/check", check.check)
    app.router.add_get("/v1/model", model.model)
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", health.ready)
    app.router.add_get("/metrics", telemetry.metrics)
    app.router.add_get("/openapi.json", openapi.openapi)
    app.router.add_get("/", page.page)
    app.router.add_get("/static/{name}", page.asset)
    app.on_response_prepare.append(page.add_security_headers)
    app.cleanup_ctx.append(_engine)
    app.cleanup_ctx.append(reload_on_hangup)
    return app


async def _engine(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    metrics = app[METRICS] = Metrics(
        waiting=lambda: app[SWITCH].waiting, in_flight=lambda: app[IN_FLIGHT].count
    )
    opener = partial(Engine.running, config=settings.engine, on_run=metrics.observe_run)
    async with Switch.running(opener, await load(settings)) as switch:
        app[SWITCH] = switch
        metrics.describe(switch.manifest)
        yield
