"""What was checked before, and what people say of it."""

from aiohttp import web

from realeyez.api.body import json_body
from realeyez.api.keys import KEY_ID, STORE
from realeyez.db.records import Feedback


async def stored(request: web.Request) -> web.Response:
    """GET /v1/checks/{id}."""
    check = await request.app[STORE].check(request.match_info["id"])
    return web.json_response(text=check.model_dump_json())


async def feedback(request: web.Request) -> web.Response:
    """POST /v1/checks/{id}/feedback: answered once it is on disk."""
    given = await request.app[STORE].add_feedback(
        request.match_info["id"],
        await json_body(request, Feedback),
        key_id=request.get(KEY_ID),
    )
    return web.json_response(text=given.model_dump_json(), status=201)
