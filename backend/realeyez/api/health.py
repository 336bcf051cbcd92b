"""Is the process alive, and may it be sent pictures?"""

from aiohttp import web

from realeyez.api.keys import DRAINING
from realeyez.api.problems import NOT_READY


async def live(request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """The model is warm before the port opens, so only draining makes this fail."""
    if request.app[DRAINING]:
        return NOT_READY.response("The service is stopping. Send pictures to another one.")
    return web.json_response({"status": "ready"})
