"""How much is taken on at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from realeyez.pipeline.errors import Busy
from realeyez.pipeline.types import Priority

_FEED_SHARE = 0.75


class InFlight:
    """Pictures between the last byte of the request and the answer, bounded.

    Some places are kept for interactive checks, however full the feed's are.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = {"interactive": most, "feed": max(1, round(most * _FEED_SHARE))}

    def look(self, priority: Priority) -> None:
        """Raises `Busy` if there is no place at the moment: then no byte need be read."""
        if self.count >= self._most[priority]:
            raise Busy

    @contextmanager
    def one(self, priority: Priority) -> Iterator[None]:
        """Take one on for as long as the context lasts. Raises `Busy`."""
        self.look(priority)
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


class Uploads:
    """Bytes of all bodies that are being received or checked, bounded.

    Bytes and not requests: whoever sends slowly takes nobody's place.
    """

    def __init__(self, most: int) -> None:
        self.bytes = 0
        self._most = most

    @contextmanager
    def one(self) -> Iterator[Callable[[int], None]]:
        """For one request: what to call with each chunk's size, which may raise `Busy`."""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if self.bytes + size > self._most:
                raise Busy
            taken += size
            self.bytes += size

        try:
            yield take
        finally:
            self.bytes -= taken
