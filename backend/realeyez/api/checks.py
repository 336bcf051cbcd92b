"""What was checked before, and what people say of it."""

from aiohttp import web

from realeyez.api.body import json_body
from realeyez.api.keys import KEY_ID, METRICS, STORE
from realeyez.db.records import Feedback


async def stored(request: web.Request) -> web.Response:
    """GET /v1/checks/{id}."""
    check = await request.app[STORE].check(request.match_info["id"])
    return web.json_response(text=check.model_dump_json())


async def feedback(request: web.Request) -> web.Response:
    """POST /v1/checks/{id}/feedback: answered once it is on disk."""
    store, said = request.app[STORE], await json_body(request, Feedback)
    check = await store.check(request.match_info["id"])
    given = await store.add_feedback(check.id, said, key_id=request.get(KEY_ID))
    request.app[METRICS].observe_feedback(check.verdict, said.label)
    return web.json_response(text=given.model_dump_json(), status=201)
