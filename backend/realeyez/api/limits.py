"""How much is taken on at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from realeyez.pipeline.errors import Busy
from realeyez.pipeline.types import Priority

_FEED_SHARE = 0.75


class InFlight:
    """Pictures between the first byte of the request and the answer, bounded.

    Counted before the body is read, so that a burst costs no memory. Some places are kept for
    interactive checks, however full the feed's are.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = {"interactive": most, "feed": max(1, round(most * _FEED_SHARE))}

    @contextmanager
    def one(self, priority: Priority) -> Iterator[None]:
        """Take one on for as long as the context lasts. Raises `Busy`."""
        if self.count >= self._most[priority]:
            raise Busy
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1
