"""Is the process alive, and may it be sent pictures?"""

from aiohttp import web
from aiohttp.typedefs import Handler

from realeyez.api.keys import DRAINING
from realeyez.api.problems import Draining


async def live(request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """The model is warm before the port opens. Raises `Draining` once the service is to stop."""
    if request.app[DRAINING].is_set():
        raise Draining("Send new pictures elsewhere: this service is about to stop.")
    return web.json_response({"status": "ready"})


@web.middleware
async def part_when_draining(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A service that is about to stop answers, and keeps no connection for more."""
    response = await handler(request)
    if request.app[DRAINING].is_set():
        response.force_close()
    return response
