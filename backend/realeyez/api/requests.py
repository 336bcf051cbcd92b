"""For every request an id, a line in the log, and a count.

Never what a caller made up: no path, no query, no header, no body.
"""

import asyncio
import logging
import os
import re
from time import perf_counter

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from realeyez import logs
from realeyez.api.keys import METRICS

log = logging.getLogger(__name__)

ID_HEADER = "X-Request-Id"

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
_GONE = 499  # as nginx has it: the caller did not wait for the answer


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost, so that it sees the status that is sent."""
    given = request.headers.get(ID_HEADER, "")
    request_id = given if _SANE.fullmatch(given) else os.urandom(16).hex()
    token = logs.request_id.set(request_id)
    started = perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        response.headers[ID_HEADER] = request_id
        return response
    except web.HTTPException as error:  # a redirect
        status = error.status
        error.headers[ID_HEADER] = request_id
        raise
    except (asyncio.CancelledError, ConnectionError):
        status = _GONE
        raise
    finally:
        _note(request, status, perf_counter() - started)
        logs.request_id.reset(token)


def _note(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"
    method = request.method if request.method in hdrs.METH_ALL else "unknown"
    request.app[METRICS].observe_request(method, route, status)
    log.log(
        logging.DEBUG if route in _QUIET else logging.INFO,
        "%s %s %d",
        method,
        route,
        status,
        extra={
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes_in": request.content.total_bytes,
        },
    )
