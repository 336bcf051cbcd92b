"""aiohttp that reads a picture and answers what it is told to: python -m ….hello PORT BODY"""

import sys

from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text=sys.argv[2], content_type="application/json")


if __name__ == "__main__":
    app = web.Application(client_max_size=2**25)
    app.router.add_post("/check", answer)
    app.router.add_get("/", answer)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
