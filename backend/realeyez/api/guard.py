"""Who may use the service: this machine's programs, listed pages, and whoever has a key."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from realeyez.api.auth import NoKey, bearer_token
from realeyez.api.hosts import host_name, is_loopback
from realeyez.api.keys import AUTHENTICATOR, KEY_ID, RATES, SETTINGS

_OPEN = frozenset(
    {"/", "/docs", "/static/{name}", "/openapi.json", "/health/live", "/health/ready"}
)
_INSIDE = frozenset({"/metrics", "/status"})
_HEALTH = frozenset({"/health/live", "/health/ready"})
# No page can have such an origin. Firefox's differs in each profile, so that none can be listed.
_EXTENSIONS = ("chrome-extension://", "moz-extension://")


class WrongHost(Exception):
    """The request names a host that this service is not."""


class WrongOrigin(Exception):
    """A page of another site asks."""


@web.middleware
async def sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other sites' pages out: a browser would let them ask a service on this machine.

    The name is checked because of DNS rebinding: a page may give its own name this machine's
    address, and is then of the same origin as the service. Monitors ask by address.
    """
    settings = request.app[SETTINGS]
    if _route(request) not in _HEALTH:
        _check_host(request, settings.hosts, any_host=settings.keys_required)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return await handler(request)
    own = origin.partition("://")[2] == request.headers.get(hdrs.HOST)
    if not (own or origin in settings.origins or origin.startswith(_EXTENSIONS)):
        raise WrongOrigin(
            "Pages of other sites may not use this service. Whoever runs it can allow one in "
            "REALEYEZ_ORIGINS."
        )
    if request.method == hdrs.METH_OPTIONS and origin in settings.origins:
        return web.Response(status=204)  # its headers: `allow_origins`
    return await handler(request)


async def allow_origins(request: web.Request, response: web.StreamResponse) -> None:
    """CORS for the listed origins, on every answer: errors are to be read too."""
    origins = request.app[SETTINGS].origins
    if not origins:
        return
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin not in origins:
        return
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = hdrs.RETRY_AFTER
    if request.method == hdrs.METH_OPTIONS:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "GET, POST"
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = "Authorization, Content-Type"
        response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"


@web.middleware
async def keys(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ask for a key where one is needed, and count its requests.

    What is not open by name needs one: a route that somebody adds is guarded.
    """
    route = _route(request)
    if route is None or route in _OPEN:
        return await handler(request)
    token = bearer_token(request.headers.get(hdrs.AUTHORIZATION, ""))
    if token is not None:
        key = await request.app[AUTHENTICATOR].key(token)
        request[KEY_ID] = key.id
        await request.app[RATES].take(key.id)
    elif _needs_key(request, route):
        raise NoKey(
            "This service asks for a key, sent as `Authorization: Bearer rk_…`. "
            "Its operator makes one with `realeyez keys create NAME`."
        )
    return await handler(request)


def _needs_key(request: web.Request, route: str) -> bool:
    if route in _INSIDE:  # by this machine's name too: a proxy's requests come from here as well
        return not (is_loopback(request.remote or "") and is_loopback(_host(request) or ""))
    return request.app[SETTINGS].keys_required


def _route(request: web.Request) -> str | None:
    """The route's pattern, never a path that a caller made up; None if there is none."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else None


def _host(request: web.Request) -> str | None:
    return host_name(request.headers.get(hdrs.HOST, ""))


def _check_host(request: web.Request, hosts: tuple[str, ...], *, any_host: bool) -> None:
    """any_host: unless some are listed. A page that gives itself any name still has no key."""
    if any_host and not hosts:
        return
    name = _host(request)
    if name is None or not (is_loopback(name) or name in hosts):
        raise WrongHost(
            "This service is not reached by that name. Whoever runs it can allow it in "
            "REALEYEZ_HOSTS."
        )
