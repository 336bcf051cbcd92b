"""POST /v1/check: a picture in, its verdict out."""

import asyncio
from functools import partial
from time import perf_counter
from typing import Annotated, Literal

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realeyez.api.keys import BATCHER, DECODERS, IN_FLIGHT, MANIFEST, METRICS, SETTINGS
from realeyez.api.problems import MalformedRequest, TooSlow
from realeyez.pipeline import Prepared, conclude, prepare
from realeyez.pipeline.errors import TooManyBytes
from realeyez.pipeline.types import Verdict


class CheckQuery(BaseModel):
    """The query of `/v1/check`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    explain: Annotated[bool, Field(description="Answer with a heat map too.")] = False
    priority: Annotated[
        Literal["interactive", "feed"], Field(description="Who waits for the answer.")
    ] = "interactive"


async def check(request: web.Request) -> web.Response:
    """The same steps as `pipeline.check`, with other requests beside this one."""
    query = _query(request)
    with request.app[IN_FLIGHT].one():
        verdict = await _verdict(request, query)
    request.app[METRICS].observe(verdict)
    return web.json_response(text=verdict.model_dump_json(exclude_none=True))


async def _verdict(request: web.Request, query: CheckQuery) -> Verdict:
    app, manifest = request.app, request.app[MANIFEST]
    prepared = await _prepare(request.app, await _received(request))
    prediction = await app[BATCHER].predict(prepared.views.pixels)
    predicted = perf_counter()
    # Not in the pool of decoders: an answer must not wait for other pictures' decoding.
    return await asyncio.to_thread(
        conclude, prepared, prediction, manifest, explain=query.explain, predicted=predicted
    )


async def _prepare(app: web.Application, data: bytes) -> Prepared:
    work = partial(
        prepare,
        data,
        app[MANIFEST],
        max_bytes=app[SETTINGS].max_bytes,
        max_pixels=app[SETTINGS].max_pixels,
        started=perf_counter(),
    )
    return await asyncio.get_running_loop().run_in_executor(app[DECODERS], work)


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
