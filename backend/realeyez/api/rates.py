"""How often a key may ask: a token bucket for each, by aiolimiter."""

import math

from aiolimiter import AsyncLimiter


class TooOften(Exception):
    """The key has used up its share; `retry_after` seconds later one more request is allowed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests with this key. Try again in {retry_after} s.")
        self.retry_after = retry_after


class Rates:
    """A bucket for each key, in this process: behind N replicas a key has up to N times the rate.

    The clock is the event loop's, which is monotonic: setting the machine's clock changes nothing.
    Only keys that exist have a bucket, so that their number bounds the memory.
    """

    def __init__(self, *, per_minute: float, burst: float) -> None:
        """burst: requests at once after a pause."""
        self._per_minute = per_minute
        self._burst = burst
        self._buckets: dict[str, AsyncLimiter] = {}

    async def take(self, key_id: str) -> None:
        """Take one from the key's bucket. Never waits; raises `TooOften`."""
        bucket = self._buckets.get(key_id)
        if bucket is None:
            minutes_to_fill = self._burst / self._per_minute
            bucket = self._buckets[key_id] = AsyncLimiter(self._burst, minutes_to_fill * 60)
        if not bucket.has_capacity():
            raise TooOften(math.ceil(60 / self._per_minute))
        await bucket.acquire()  # at once: there was room, and nothing else ran since
