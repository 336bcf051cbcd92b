"""GET /metrics, and the counting of every answer."""

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from realeyez.api.keys import METRICS


async def metrics(request: web.Request) -> web.Response:
    body = generate_latest(request.app[METRICS].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost, so that it sees the status that is sent."""
    response = await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"  # never a path that a caller made up
    request.app[METRICS].requests.labels(request.method, route, str(response.status)).inc()
    return response
