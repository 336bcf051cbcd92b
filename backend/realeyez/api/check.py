"""POST /v1/check: a picture in, its verdict out."""

import asyncio
from typing import Annotated

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realeyez.api.keys import IN_FLIGHT, METRICS, SETTINGS, SWITCH
from realeyez.api.problems import MalformedRequest, TooSlow
from realeyez.pipeline.errors import TooManyBytes
from realeyez.pipeline.types import Priority


class CheckQuery(BaseModel):
    """The query of `/v1/check`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Answer with a heat map too.")] = False
    priority: Annotated[Priority, Field(description="Who waits for the answer.")] = "interactive"


async def check(request: web.Request) -> web.Response:
    """The picture of the body, checked by the engine in use."""
    app, query = request.app, _query(request)
    with app[IN_FLIGHT].one(query.priority):
        verdict = await app[SWITCH].check(
            await _received(request),
            explain=query.explain,
            priority=query.priority,
            seconds=app[SETTINGS].seconds_for(query.priority),
        )
    app[METRICS].observe(verdict, query.priority)
    return web.json_response(text=verdict.model_dump_json(exclude_none=True))


async def _received(request: web.Request) -> bytes:
    seconds = request.app[SETTINGS].upload_seconds
    try:
        async with asyncio.timeout(seconds):
            return await _picture_bytes(request)
    except TimeoutError as error:
        raise TooSlow(f"The picture took over {seconds} seconds. Send it again.") from error
    except (RequestPayloadError, HttpProcessingError) as error:
        raise MalformedRequest(f"The body cannot be read: {error}.") from error


def _query(request: web.Request) -> CheckQuery:
    try:
        return CheckQuery.model_validate(dict(request.query))
    except ValidationError as error:
        wrong = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise MalformedRequest(f"The query is not understood. {wrong}.") from error


async def _picture_bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    limit = request.app[SETTINGS].max_bytes
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "image":
                return await _read_part(part, limit)
    except ValueError as error:  # no boundary, or parts that end nowhere
        raise MalformedRequest(f"The multipart body is malformed: {error}.") from error
    raise MalformedRequest("The multipart body has no part named image. Send the picture as one.")


async def _read_part(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > limit:
            raise TooManyBytes(
                f"The part image has more than the {limit:,} bytes that are read. "
                "Send a smaller version of the picture."
            )
    return bytes(data)
