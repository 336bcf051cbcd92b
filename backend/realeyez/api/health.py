"""Is the process alive, and may it be sent pictures?"""

from aiohttp import web


async def live(request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """The model is warm before the port opens; a service that stops closes its port first."""
    return web.json_response({"status": "ready"})
