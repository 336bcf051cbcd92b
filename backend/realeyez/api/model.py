"""GET /v1/model: the manifest of the model in use."""

from aiohttp import web

from realeyez.api.keys import SWITCH


async def model(request: web.Request) -> web.Response:
    return web.json_response(text=request.app[SWITCH].manifest.model_dump_json())
