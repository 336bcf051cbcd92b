"""People and feeds that use the service: pictures, repeats, mistakes, feedback. Loopback only."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from PIL.PngImagePlugin import PngInfo
from tests.pictures import encode, scene

_SIZE = (96, 96)  # small, so that many are drawn fast


def _post(url: str, data: bytes, kind: str = "image/jpeg") -> dict[str, str] | None:
    """The answer; None if the service refuses or is away."""
    request = urllib.request.Request(url, data=data, headers={"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body: dict[str, str] = json.load(answer)
            return body
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        pass
    return None


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
