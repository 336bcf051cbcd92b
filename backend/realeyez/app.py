"""The application factory: wiring, and nothing else."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from aiohttp import web

from realeyez.api import check, health, model, openapi, page, telemetry
from realeyez.api.keys import BATCHER, DECODERS, IN_FLIGHT, MANIFEST, METRICS, SETTINGS
from realeyez.api.limits import InFlight
from realeyez.api.problems import problems
from realeyez.metrics import Metrics
from realeyez.models import load_model
from realeyez.pipeline.batcher import Batcher
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.views import VIEW_SIZE
from realeyez.settings import Settings

# A multipart body is a little larger than the picture in it.
_MULTIPART_OVERHEAD = 64 * 1024


def create_app(settings: Settings | None = None) -> web.Application:
    """The service. The model is loaded and warm before the port opens."""
    settings = settings or Settings()
    app = web.Application(
        middlewares=[telemetry.count, problems],
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
    app.cleanup_ctx.append(_pipeline)
    return app


async def _pipeline(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    loaded = load_model(settings.model)
    classifier = Classifier(loaded, threads=settings.model_threads)
    classifier.predict(np.zeros((1, VIEW_SIZE, VIEW_SIZE, 3), np.uint8))  # warm-up
    with ThreadPoolExecutor(settings.decode_threads, thread_name_prefix="decode") as decoders:
        async with Batcher.running(
            classifier, max_views=settings.max_views, max_waiting=settings.max_waiting
        ) as batcher:
            app[MANIFEST] = loaded.manifest
            app[DECODERS] = decoders
            app[BATCHER] = batcher
            app[METRICS] = Metrics(loaded.manifest, lambda: batcher.waiting)
            yield
