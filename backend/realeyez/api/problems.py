"""Every error as `application/problem+json` (RFC 9457), with a type that stays."""

import json
import logging
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from realeyez import logs
from realeyez.api import auth, guard, rates, source
from realeyez.api.keys import METRICS, PRIORITY
from realeyez.db import errors as store_errors
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

    def body(self, detail: str) -> dict[str, str | int]:
        """What is told, as RFC 9457 has it."""
        return {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": detail,
            "instance": f"urn:realeyez:request:{logs.request_id.get()}",
        }

    def response(self, detail: str, headers: dict[str, str] | None = None) -> web.Response:
        return web.Response(
            text=json.dumps(self.body(detail)),  # copes with what is half a character
            status=self.status,
            content_type=CONTENT_TYPE,
            headers=headers,
        )


class MalformedRequest(Exception):
    """The request itself is wrong, not the picture."""


class TooSlow(Exception):
    """The picture took too long to arrive."""


class TooManyPictures(Exception):
    """More pictures in one call than are taken."""


class UrlsOff(Exception):
    """URL checks are not switched on."""


class Draining(Exception):
    """The service is about to stop."""


TOO_MANY_BYTES = Problem(413, "too-many-bytes", "The file is too large")
INTERNAL = Problem(500, "internal", "The service failed")

PROBLEMS: dict[type[Exception], Problem] = {
    MalformedRequest: Problem(400, "malformed-request", "The request is malformed"),
    TooSlow: Problem(408, "too-slow", "The picture took too long to arrive"),
    source.BadUrl: Problem(400, "bad-url", "The URL is none that is fetched"),
    errors.EmptyPicture: Problem(400, "empty", "No picture was sent"),
    auth.NoKey: Problem(401, "no-key", "A key is needed"),
    store_errors.BadKey: Problem(401, "bad-key", "The key is not known"),
    store_errors.RevokedKey: Problem(403, "revoked-key", "The key has been revoked"),
    guard.WrongOrigin: Problem(403, "wrong-origin", "Another site's page asks"),
    UrlsOff: Problem(403, "urls-off", "URL checks are switched off"),
    store_errors.UnknownCheck: Problem(404, "unknown-check", "There is no such check"),
    errors.TooManyBytes: TOO_MANY_BYTES,
    TooManyPictures: Problem(413, "too-many-pictures", "Too many pictures in one call"),
    errors.UnsupportedFormat: Problem(415, "unsupported-format", "Not a picture that is read"),
    errors.TooManyPixels: Problem(422, "too-many-pixels", "The picture has too many pixels"),
    errors.TooSmall: Problem(422, "too-small", "The picture is too small"),
    errors.BrokenPicture: Problem(422, "broken-picture", "The picture is damaged"),
    source.Unreachable: Problem(422, "unreachable", "The URL cannot be reached"),
    source.BadAnswer: Problem(422, "bad-answer", "The URL leads to no picture"),
    guard.WrongHost: Problem(421, "wrong-host", "The service has another name"),
    errors.Busy: Problem(429, "busy", "Too many pictures are waiting"),
    rates.TooOften: Problem(429, "too-often", "Too many requests with this key"),
    store_errors.Unavailable: Problem(503, "database-unavailable", "The database is away"),
    store_errors.DiskFull: Problem(503, "disk-full", "The database has no room"),
    Draining: Problem(503, "draining", "The service is about to stop"),
    errors.NoMemory: Problem(503, "no-memory", "There is no memory for the picture"),
    errors.Expired: Problem(504, "expired", "There was no verdict in time"),
    source.TooLate: Problem(504, "too-late", "The URL's host took too long"),
}
_OURS = (
    errors.Busy,
    errors.Expired,
    errors.NoMemory,
    store_errors.Unavailable,
    store_errors.DiskFull,
)
"""Refusals that are no fault of the caller's; what is not listed in `PROBLEMS` is none either."""
_RETRY_SECONDS = {503: "5", 429: "1"}
_CHALLENGES = {
    auth.NoKey: 'Bearer realm="RealEyez"',
    store_errors.BadKey: 'Bearer realm="RealEyez", error="invalid_token"',
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
        problem, detail = explained(request, error)
        response = problem.response(detail, _headers(problem, error))
        # The rest of the body may be unreadable; who came at a busy moment only has to come again,
        # and a new connection for each would make it busier.
        if not request.content.is_eof() and not isinstance(error, errors.Busy):
            response.force_close()
        return response


def explained(request: web.Request, error: Exception) -> tuple[Problem, str]:
    """Which problem an error is, and what to say of it; counted, or logged if it is our fault."""
    problem = PROBLEMS.get(type(error))
    if (priority := request.get(PRIORITY)) is not None:
        ours = problem is None or isinstance(error, _OURS)
        request.app[METRICS].observe_refusal(priority, ours=ours)
    if problem is None:
        log.error("A request failed", exc_info=error)
        request.app[METRICS].refused.labels(INTERNAL.slug).inc()
        return INTERNAL, "An unexpected error; it has been logged."
    if isinstance(error, store_errors.Unavailable):
        log.warning("The database says: %s", error.reason)
    request.app[METRICS].refused.labels(problem.slug).inc()
    return problem, str(error)


def _headers(problem: Problem, error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(error, rates.TooOften):
        headers["Retry-After"] = str(error.retry_after)
    elif problem.status in _RETRY_SECONDS:
        headers["Retry-After"] = _RETRY_SECONDS[problem.status]
    if challenge := _CHALLENGES.get(type(error)):
        headers["WWW-Authenticate"] = challenge
    return headers


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
