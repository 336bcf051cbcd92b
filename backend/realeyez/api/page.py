"""The web pages at / and /docs and their files, which load nothing from elsewhere."""

from pathlib import Path

from aiohttp import web

WEB = Path(__file__).parent / "web"
_ASSETS = {path.name: path for path in WEB.iterdir()}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # no page shows or runs what is here
    "Cache-Control": "no-cache",
}


async def page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(WEB / "index.html")


async def reference(request: web.Request) -> web.FileResponse:
    """/docs: the API, made readable by the browser from /openapi.json."""
    return web.FileResponse(WEB / "docs.html")


async def asset(request: web.Request) -> web.FileResponse:
    """A file of the page. Its name is looked up, never used as a path."""
    path = _ASSETS.get(request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path)


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every answer: the page's policy does an API answer no harm."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
