"""How much is taken on at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from realeyez.pipeline.batcher import Busy


class InFlight:
    """Pictures between the first byte of the request and the answer, bounded.

    Counted before the body is read, so that a burst costs no memory.
    """

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take one on for as long as the context lasts. Raises `Busy`."""
        if self.count >= self._most:
            raise Busy("Too many pictures are waiting. Try again in a moment.")
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1
