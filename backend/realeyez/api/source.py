"""URL → bytes, for strangers' URLs: what they cannot reach themselves they do not reach through us.

It is here and not in the pipeline because it speaks HTTP. How it is kept from the network that the
service stands in: `connector.py`, and `addresses.py` for what counts as public.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ssl import SSLContext

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    ServerTimeoutError,
)
from yarl import URL

from realeyez import __version__
from realeyez.api.addresses import is_public
from realeyez.api.connector import Allowed, Lookup, connector, system_lookup
from realeyez.pipeline.decode import FORMATS, MAX_BYTES
from realeyez.pipeline.errors import TooManyBytes

MAX_REDIRECTS = 3
MAX_URL = 8192
"""Characters. aiohttp reads about as many of a redirect."""
PORTS = frozenset({80, 443})

_HEADERS = {
    "User-Agent": f"RealEyez/{__version__}",
    "Accept": ", ".join(f"image/{name.lower()}" for name in FORMATS),
    # Compressed, a few bytes could become any number; pictures are compressed already.
    "Accept-Encoding": "identity",
}
_MOVED = frozenset({301, 302, 303, 307, 308})
_LOOKUPS = 16


class SourceError(Exception):
    """Base of all that can be wrong with a URL. `str(error)` is for people.

    It tells nothing of the network around the service: a name that does not exist, one that leads
    to a refused address, and a host that does not answer read alike.
    """


class BadUrl(SourceError):
    """The URL itself is none that is fetched; nothing was sent anywhere."""


class Unreachable(SourceError):
    """There is no connection to the URL's host, or none is allowed."""


class BadAnswer(SourceError):
    """The host answered with something else than a file."""


class TooLate(SourceError):
    """The answer did not come in time."""


@dataclass(frozen=True, slots=True)
class Source:
    """Fetches what public URLs lead to.

    with Source.running(seconds=20, max_bytes=20_000_000) as source:
        data = await source.fetch("https://example.org/hills.jpg")

    lookup: names → addresses. max_bytes: of the largest file. seconds: in which the file must have
    arrived, redirects included. connect_seconds: for look-up and connection, at each redirect anew.
    allowed: addresses that may be connected to. ports: that may be connected to. tls: whom https
    trusts; None: the authorities that the system trusts.
    """

    lookup: Lookup
    max_bytes: int = MAX_BYTES
    seconds: float = 20
    connect_seconds: float = 5
    allowed: Allowed = is_public
    ports: Collection[int] = PORTS
    tls: SSLContext | None = None

    @classmethod
    @contextlib.contextmanager
    def running(cls, *, max_bytes: int = MAX_BYTES, seconds: float = 20) -> Iterator["Source"]:
        """A source with the system's look-ups; leaving ends them, and waits for none."""
        threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")
        try:
            yield cls(system_lookup(threads), max_bytes=max_bytes, seconds=seconds)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, url: str) -> bytes:
        """The bytes at an http or https URL; whether they are a picture, `decode` says.

        Raises a `SourceError` (`BadUrl`, `Unreachable`, `BadAnswer`, `TooLate`), or `TooManyBytes`.
        """
        start = self._parsed(url)
        try:
            async with asyncio.timeout(self.seconds), self._session() as session:
                return await self._follow(session, start)
        except (ClientConnectorError, InvalidURL, ServerTimeoutError) as error:
            raise Unreachable(
                "Nothing can be fetched from this URL. Check that it opens in a private window of "
                "your browser, or send the picture itself."
            ) from error
        except ClientError as error:
            raise BadAnswer(
                "The site broke off, or did not answer in HTTP. Try again, or send the picture "
                "itself."
            ) from error
        except TimeoutError as error:
            raise TooLate(
                f"The picture took over {self.seconds:g} seconds. Try again, or send the picture "
                "itself."
            ) from error

    def _session(self) -> ClientSession:
        """Nothing that a fetch leaves behind can meet another: no pool, cookies, or proxies."""
        return ClientSession(
            connector=connector(self.lookup, self.allowed, self.tls),
            headers=_HEADERS,
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            timeout=ClientTimeout(total=None, connect=self.connect_seconds),
            trust_env=False,  # neither proxies, which would connect for us, nor .netrc's passwords
        )

    async def _follow(self, session: ClientSession, url: URL) -> bytes:
        for _ in range(1 + MAX_REDIRECTS):
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in _MOVED:
                    return await self._read(response)
                url = self._next(url, response)
        raise BadAnswer(
            f"The URL is redirected more than {MAX_REDIRECTS} times. "
            "Give the URL of the picture itself."
        )

    def _next(self, url: URL, response: ClientResponse) -> URL:
        """Where a redirect leads, checked like the URL that came in."""
        try:
            there = self._parsed(response.headers.get("Location", ""), url)
        except BadUrl as error:
            raise BadAnswer(
                "The URL is redirected to one that is not fetched. "
                "Give the URL of the picture itself, or send the picture."
            ) from error
        if (url.scheme, there.scheme) == ("https", "http"):
            raise BadAnswer(
                "The URL is redirected from https to http, where anybody could change the picture. "
                "Send the picture itself."
            )
        return there

    def _parsed(self, text: str, base: URL | None = None) -> URL:
        """The URL, if it is one that is fetched. yarl reads it, as it does for aiohttp after us."""
        if len(text) > MAX_URL:
            raise BadUrl(f"The URL has over {MAX_URL:,} characters. Send the picture itself.")
        try:
            return self._checked(URL(text) if base is None else base.join(URL(text)))
        # yarl 1.25 finds some faults only when it is asked for a part, and slips on stray brackets.
        except (ValueError, IndexError) as error:
            raise BadUrl("The URL is malformed. Copy it again, whole.") from error

    def _checked(self, url: URL) -> URL:
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise BadUrl("Only URLs that begin with http:// or https:// and a host are fetched.")
        if "@" in url.raw_authority:
            raise BadUrl("The URL has a user's name in it. Leave out what is before the @.")
        if url.port not in self.ports:
            ports = " and ".join(str(port) for port in sorted(self.ports))
            raise BadUrl(f"The URL names a port. Only {ports} are fetched from.")
        return url

    async def _read(self, response: ClientResponse) -> bytes:
        """The body, as it was sent. At most one byte too many is kept, whatever was announced."""
        if response.status != 200:
            raise BadAnswer(
                f"The site answered {response.status}, and no picture. Check that the URL opens in "
                "a private window of your browser, or send the picture itself."
            )
        encodings = response.headers.getall("Content-Encoding", [])
        if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
            raise BadAnswer("The site compressed the file, unasked. Send the picture itself.")
        if (response.content_length or 0) > self.max_bytes:
            raise self._too_many()
        data = bytearray()
        # Of nothing, nothing is read: one byte too many ends the loop as the end of the file does.
        while chunk := await response.content.read(self.max_bytes + 1 - len(data)):
            data += chunk
        if len(data) > self.max_bytes:
            raise self._too_many()
        return bytes(data)

    def _too_many(self) -> TooManyBytes:
        return TooManyBytes(
            f"The file has more than the {self.max_bytes:,} bytes that are read. "
            "Send a smaller version of the picture."
        )
