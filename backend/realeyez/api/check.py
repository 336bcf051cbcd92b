"""POST /v1/check: a picture in, its verdict out."""

import asyncio
from typing import Annotated, Literal

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realeyez.api.keys import BATCHER, DECODERS, MANIFEST, METRICS, SETTINGS
from realeyez.api.problems import MalformedRequest
from realeyez.pipeline import conclude, prepare
from realeyez.pipeline.errors import TooManyBytes


class CheckQuery(BaseModel):
    """The query of `/v1/check`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Answer with a heat map too.")] = False
    priority: Annotated[
        Literal["interactive", "feed"], Field(description="Who waits for the answer.")
    ] = "interactive"


async def check(request: web.Request) -> web.Response:
    """The same three steps as `pipeline.check`, with other requests beside this one."""
    query = _query(request)
    data = await _picture_bytes(request)
    app, loop = request.app, asyncio.get_running_loop()
    settings, manifest = app[SETTINGS], app[MANIFEST]

    prepared = await loop.run_in_executor(
        app[DECODERS],
        lambda: prepare(
            data, manifest, max_bytes=settings.max_bytes, max_pixels=settings.max_pixels
        ),
    )
    prediction = await app[BATCHER].predict(prepared.views.pixels)
    verdict = await loop.run_in_executor(
        app[DECODERS], lambda: conclude(prepared, prediction, manifest, explain=query.explain)
    )
    app[METRICS].observe(verdict)
    return web.json_response(text=verdict.model_dump_json(exclude_none=True))


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
