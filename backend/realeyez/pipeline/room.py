"""How much is taken at a time by several threads, in all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from realeyez.pipeline.errors import Expired

_LOOKS_UP = 0.05  # seconds after which one who waits asks whether it is still wanted


class Room:
    """Bounded room that threads take from and give back; whoever came first is let in first.

    room = Room(64_000_000)
    with room.taken(width * height):
        picture.load()
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._given_back = threading.Condition()
        self._next = threading.Lock()  # held by the one who waits: nobody slips in before

    @contextmanager
    def taken(self, size: int, unwanted: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Waits until there is so much room; what is larger than all of it gets all of it.

        Raises `Expired` once it is `unwanted`, so that the thread can do something else.
        """
        size = min(size, self._most)
        while not self._next.acquire(timeout=_LOOKS_UP):
            _ask(unwanted)
        try:
            with self._given_back:
                while self._taken + size > self._most:
                    self._given_back.wait(_LOOKS_UP)
                    _ask(unwanted)
                self._taken += size
        finally:
            self._next.release()
        try:
            yield
        finally:
            with self._given_back:
                self._taken -= size
                self._given_back.notify()


def _ask(unwanted: Callable[[], bool]) -> None:
    if unwanted():
        raise Expired
