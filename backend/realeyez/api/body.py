"""A request's body → pictures, or the JSON that a call takes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from realeyez.api.keys import SETTINGS, SOURCE
from realeyez.api.problems import MalformedRequest, TooManyPictures, TooSlow, UrlsOff
from realeyez.pipeline.errors import TooManyBytes
from realeyez.settings import Settings

_MOST_JSON = 64 * 1024  # bytes
MULTIPART_OVERHEAD = 64 * 1024
"""Bytes. A multipart body is a little larger than the pictures in it."""

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")
Picture = bytes | Exception
"""A picture's bytes, or why it is not checked."""


class PictureUrl(BaseModel):
    """Where a picture is."""

    # What callers send is theirs: no error that might be logged repeats it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, Field(description="http or https, of the picture itself.")]


async def pictures(request: web.Request, take: Callable[[int], None]) -> Sequence[Picture]:
    """The pictures of a call, at least one. Raises what is wrong with the call as a whole.

    take: is told the size of each chunk before it is kept, and may refuse it.
    """
    if request.content_type == "application/json":
        return [await _fetched(request)]
    if request.content_type == "multipart/form-data":
        return await _arriving(request, _parts(request, take))
    return [await _arriving(request, _whole(request, take))]


async def json_body(request: web.Request, kind: type[T]) -> T:
    """A JSON body, as a type. Raises `MalformedRequest` or `TooSlow`."""
    if request.content_type != "application/json":
        raise MalformedRequest("This call takes JSON. Send it with Content-Type: application/json.")
    data = await _arriving(request, _short(request))
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise MalformedRequest(f"The body is not understood. {wrong(error)}.") from error


def wrong(error: ValidationError) -> str:
    """What is wrong, in one line."""
    return "; ".join(
        ": ".join([*(str(step) for step in item["loc"]), item["msg"]]) for item in error.errors()
    )


async def _arriving(request: web.Request, read: Awaitable[R]) -> R:
    """What is read from the caller. Raises `TooSlow`, or `MalformedRequest` if it breaks off."""
    seconds = request.app[SETTINGS].upload_seconds
    try:
        async with asyncio.timeout(seconds):
            return await read
    except TimeoutError as error:
        raise TooSlow(f"The body took over {seconds} seconds. Send it again.") from error
    except (RequestPayloadError, HttpProcessingError) as error:
        raise MalformedRequest(f"The body cannot be read: {error}.") from error


async def _fetched(request: web.Request) -> bytes:
    source = request.app.get(SOURCE)
    if source is None:
        raise UrlsOff(
            "Send the picture itself. Whoever runs this service can switch URL checks on: "
            "REALEYEZ_URLS=on."
        )
    return await source.fetch((await json_body(request, PictureUrl)).url)


async def _short(request: web.Request) -> bytes:
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > _MOST_JSON:
            raise MalformedRequest(f"The JSON has more than {_MOST_JSON:,} bytes.")
    return bytes(data)


async def _whole(request: web.Request, take: Callable[[int], None]) -> bytes:
    most = request.app[SETTINGS].max_bytes
    chunks, size = [], 0  # joined once: a picture is long to copy
    async for chunk in request.content.iter_any():
        take(len(chunk))
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise TooManyBytes(
                f"The file has more than the {most:,} bytes that are read. "
                "Send a smaller version of the picture."
            )
    return b"".join(chunks)


async def _parts(request: web.Request, take: Callable[[int], None]) -> Sequence[Picture]:
    """All parts named image; other fields are read past."""
    settings = request.app[SETTINGS]
    budget = _Budget(settings, take)
    found: list[Picture] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise MalformedRequest("A part is multipart itself. Send each picture as one part.")
            if part.name != "image":
                await _read(part, 0, budget)
                continue
            if len(found) == settings.max_pictures:
                raise TooManyPictures(
                    f"More than the {settings.max_pictures} pictures that one call takes. "
                    "Send the others in another call."
                )
            found.append(await _picture(part, settings.max_bytes, budget))
    except ValueError as error:  # no boundary, or parts that end nowhere
        raise MalformedRequest(f"The multipart body is malformed: {error}.") from error
    if not found:
        raise MalformedRequest(
            "The multipart body has no part named image. Send the picture as one."
        )
    return found


async def _picture(part: BodyPartReader, most: int, budget: "_Budget") -> Picture:
    data, size = await _read(part, most, budget)
    if size > most:
        return TooManyBytes(
            f"The part image has more than the {most:,} bytes that are read. "
            "Send a smaller version of the picture."
        )
    return data


async def _read(part: BodyPartReader, most: int, budget: "_Budget") -> tuple[bytes, int]:
    """A part's bytes and their number; of one with more than `most`, none are kept."""
    data, size = bytearray(), 0
    while chunk := await part.read_chunk():
        size += len(chunk)
        budget.spend(len(chunk))
        if size <= most:
            data += chunk
        else:
            data.clear()
    return bytes(data), size


class _Budget:
    """The bytes of a whole call."""

    def __init__(self, settings: Settings, take: Callable[[int], None]) -> None:
        self._take = take
        self._most = max(settings.max_call_bytes, settings.max_bytes)
        self._left = self._most + MULTIPART_OVERHEAD

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooManyBytes(
                f"The call has more than the {self._most:,} bytes that are read. "
                "Send fewer pictures, or smaller versions."
            )
        self._take(size)
