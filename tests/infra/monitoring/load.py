"""People and feeds that use the service: pictures, repeats, mistakes, feedback. Loopback only."""

import http.client
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count

from PIL.PngImagePlugin import PngInfo
from tests.pictures import encode, scene

_SIZE = (96, 96)  # small, so that many are drawn fast


def _post(url: str, data: bytes, kind: str = "image/jpeg") -> dict[str, str] | None:
    """The answer; None if the service refuses or is away.

    Not by urllib, which leaves the socket open where the service hangs up on a body.
    """
    place = urllib.parse.urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=30)) as connection:
        try:
            target = place._replace(scheme="", netloc="").geturl()
            connection.request("POST", target, data, {"Content-Type": kind})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        if answer.status >= 300:
            return None
        said: dict[str, str] = json.loads(body)
        return said


def visit(url: str, number: int) -> None:
    """One round of everything that callers do."""
    picture = encode(scene(*_SIZE, seed=number))
    for priority in ("interactive", "feed", "feed"):  # the same again is cached
        verdict = _post(f"{url}/v1/check?priority={priority}", picture)
        if verdict and priority == "interactive":
            said = json.dumps({"label": "ai" if number % 2 else "real"}).encode()
            _post(f"{url}/v1/checks/{verdict['id']}/feedback", said, "application/json")
    _post(f"{url}/v1/check?priority=feed", encode(scene(*_SIZE, seed=-number - 1 & 0xFFFF)))
    note = PngInfo()
    note.add_text("parameters", f"hills\nSteps: 20, Sampler: a, CFG scale: 7, Seed: {number}")
    _post(f"{url}/v1/check?priority=feed", encode(scene(*_SIZE), "PNG", pnginfo=note))
    _post(f"{url}/v1/check", b"no picture")


@contextmanager
def load(work: Callable[[int], None], threads: int = 1, pause: float = 0.0) -> Iterator[None]:
    """`work`, again and again with rising numbers, for as long as the block lasts."""
    stop, numbers = threading.Event(), count()

    def loop() -> None:
        while not stop.is_set():
            work(next(numbers))
            stop.wait(pause)

    workers = [threading.Thread(target=loop) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def flood(url: str) -> Callable[[int], None]:
    """A picture that no cache knows, sent at once."""
    base = encode(scene(*_SIZE))

    def one(number: int) -> None:
        _post(f"{url}/v1/check", base + number.to_bytes(8, "big"))

    return one
