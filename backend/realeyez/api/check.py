"""POST /v1/check: pictures in, their verdicts out."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realeyez.api.body import Picture, pictures, wrong
from realeyez.api.keys import (
    IN_FLIGHT,
    KEY_ID,
    METRICS,
    PRIORITY,
    RATES,
    SETTINGS,
    SWITCH,
    UPLOADS,
)
from realeyez.api.problems import MalformedRequest, explained
from realeyez.api.rates import TooOften
from realeyez.pipeline.errors import Busy, Expired
from realeyez.pipeline.types import Priority, Verdict


class CheckQuery(BaseModel):
    """The query of `/v1/check`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Answer with a heat map too.")] = False
    priority: Annotated[Priority, Field(description="Who waits for the answer.")] = "interactive"


_DEFAULT = CheckQuery()


async def check(request: web.Request) -> web.Response:
    """The pictures of the body, checked by the engine in use: a verdict, or a list of outcomes."""
    app, query = request.app, _query(request)
    request[PRIORITY] = query.priority
    app[IN_FLIGHT].look(query.priority)
    with app[UPLOADS].one() as take:
        received = await pictures(request, take)
        with app[IN_FLIGHT].one(query.priority):
            if len(received) == 1:
                return web.json_response(text=_json(await _verdict(request, received[0], query)))
            return await _several(request, received, query)


async def _several(
    request: web.Request, received: Sequence[Picture], query: CheckQuery
) -> web.Response:
    with ExitStack() as places:
        taken_on = [received[0]] + [
            await _another(request, picture, query.priority, places) for picture in received[1:]
        ]
        outcomes = await asyncio.gather(
            *(_outcome(request, picture, query) for picture in taken_on)
        )
    return web.json_response(text=f'{{"results":[{",".join(outcomes)}]}}')


async def _another(
    request: web.Request, picture: Picture, priority: Priority, places: ExitStack
) -> Picture:
    """One more than the first, for which `guard.keys` and `check` did the same."""
    app = request.app
    try:
        if (key_id := request.get(KEY_ID)) is not None:
            await app[RATES].take(key_id)
        places.enter_context(app[IN_FLIGHT].one(priority))
    except (Busy, TooOften) as error:
        return error
    return picture


async def _outcome(request: web.Request, picture: Picture, query: CheckQuery) -> str:
    """One of several: a verdict, or a problem that is this picture's alone."""
    try:
        return _json(await _verdict(request, picture, query))
    except Exception as error:  # whatever it is, the others are answered
        problem, detail = explained(request, error)
        return json.dumps(problem.body(detail))


async def _verdict(request: web.Request, picture: Picture, query: CheckQuery) -> Verdict:
    app = request.app
    if isinstance(picture, Exception):
        raise picture
    started = perf_counter()
    try:
        verdict = await app[SWITCH].check(
            picture,
            explain=query.explain,
            priority=query.priority,
            seconds=app[SETTINGS].seconds_for(query.priority),
        )
    except Expired:
        app[METRICS].observe_expired(query.priority, perf_counter() - started)
        raise
    app[METRICS].observe(verdict, query.priority, perf_counter() - started)
    return verdict


def _json(verdict: Verdict) -> str:
    return verdict.model_dump_json(exclude_none=True)


def _query(request: web.Request) -> CheckQuery:
    if not request.query_string:
        return _DEFAULT
    try:
        return CheckQuery.model_validate(dict(request.query))
    except ValidationError as error:
        raise MalformedRequest(f"The query is not understood. {wrong(error)}.") from error
