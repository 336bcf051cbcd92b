"""Every error as `application/problem+json` (RFC 9457), with a type that stays."""

import json
import logging
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from realeyez import logs
from realeyez.api.keys import METRICS
from realeyez.pipeline import errors

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: its status, its stable slug, its title."""

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        return f"urn:realeyez:problem:{self.slug}"

    def response(self, detail: str, headers: dict[str, str] | None = None) -> web.Response:
        body = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": detail,
            "instance": f"urn:realeyez:request:{logs.request_id.get()}",
        }
        return web.Response(
            text=json.dumps(body), status=self.status, content_type=CONTENT_TYPE, headers=headers
        )


class MalformedRequest(Exception):
    """The request itself is wrong, not the picture."""


class TooSlow(Exception):
    """The picture took too long to arrive."""


TOO_MANY_BYTES = Problem(413, "too-many-bytes", "The file is too large")
INTERNAL = Problem(500, "internal", "The service failed")

PROBLEMS: dict[type[Exception], Problem] = {
    MalformedRequest: Problem(400, "malformed-request", "The request is malformed"),
    TooSlow: Problem(408, "too-slow", "The picture took too long to arrive"),
    errors.EmptyPicture: Problem(400, "empty", "No picture was sent"),
    errors.TooManyBytes: TOO_MANY_BYTES,
    errors.UnsupportedFormat: Problem(415, "unsupported-format", "Not a picture that is read"),
    errors.TooManyPixels: Problem(422, "too-many-pixels", "The picture has too many pixels"),
    errors.TooSmall: Problem(422, "too-small", "The picture is too small"),
    errors.BrokenPicture: Problem(422, "broken-picture", "The picture is damaged"),
    errors.Busy: Problem(429, "busy", "Too many pictures are waiting"),
    errors.Expired: Problem(504, "expired", "There was no verdict in time"),
}


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into a problem; the service goes on."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _http_problem(request, error)
    except ConnectionError:  # the caller went away: nobody to tell, nothing to mend
        raise
    except Exception as error:
        problem = PROBLEMS.get(type(error))
        if problem is None:
            log.exception("A request failed")
            request.app[METRICS].refused.labels(INTERNAL.slug).inc()
            return INTERNAL.response("An unexpected error; it has been logged.")
        request.app[METRICS].refused.labels(problem.slug).inc()
        headers = {"Retry-After": "1"} if problem.status == 429 else None
        response = problem.response(str(error), headers)
        if not request.content.is_eof():  # the rest of the body may be unreadable
            response.force_close()
        return response


def _http_problem(request: web.Request, error: web.HTTPException) -> web.Response:
    """aiohttp's own refusals: no such route, wrong method, body too large."""
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        request.app[METRICS].refused.labels(TOO_MANY_BYTES.slug).inc()
        return TOO_MANY_BYTES.response(
            "The request's body is over the limit. Send a smaller version of the picture."
        )
    if isinstance(error, web.HTTPNotFound):
        detail = f"There is nothing at {request.path}. See /openapi.json."
    elif isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        detail = f"{request.path} takes {allowed}, not {request.method}."
    else:
        detail = error.text or error.reason
    slug = error.reason.lower().replace(" ", "-")
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
    return Problem(error.status, slug, error.reason).response(detail, headers)
