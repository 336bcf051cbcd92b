"""The load, in a process of its own: a plan on standard input, the answers on standard output.

Closed: so many connections, each of which asks again once it is answered. Open: requests come by
chance at a rate, whatever was answered before; latency counts from when they were meant to be sent.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import aiohttp
from benchmarks.serving.pictures import MIX, endless, load

MOST_IN_FLIGHT = 1000  # of an open stream; more are counted as not sent
UNSENT = 0
TOO_LATE_S = 10.0  # as long as the servers are told to try


@dataclass(frozen=True)
class Stream:
    """Requests of one sort: closed if `connections` is given, else open at `rate` a second."""

    kind: str = MIX
    connections: int = 0
    rate: float = 0.0
    query: str = ""
    distinct: bool = True
    requests: int = 0  # of a closed stream, then it ends; 0: until time is up


@dataclass(frozen=True)
class Plan:
    """What to send where. Only what comes after `warm_up` seconds is measured."""

    url: str
    pictures: str
    streams: list[Stream]
    seconds: float
    warm_up: float = 1.0


@dataclass
class Answered:
    """What became of a stream's requests: when meant to be sent and answered, and the status."""

    sent: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)

    def add(self, sent: float, status: int) -> None:
        self.sent.append(sent)
        self.done.append(time.perf_counter())
        self.status.append(status)


async def run(plan: Plan) -> list[Answered]:
    """Send all streams at the same time. Times are seconds since the end of the warm-up."""
    kinds = load(Path(plan.pictures))
    start = time.perf_counter()
    end = start + plan.warm_up + plan.seconds
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=TOO_LATE_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        sender = _Sender(session, plan.url, end)
        answered = await asyncio.gather(
            *(
                sender.closed(stream, endless(kinds, stream.kind, distinct=stream.distinct))
                if stream.connections
                else sender.open(stream, endless(kinds, stream.kind, distinct=stream.distinct))
                for stream in plan.streams
            )
        )
    measured_from = start + plan.warm_up
    for stream in answered:
        stream.sent = [round(at - measured_from, 5) for at in stream.sent]
        stream.done = [round(at - measured_from, 5) for at in stream.done]
    return answered


class _Sender:
    def __init__(self, session: aiohttp.ClientSession, url: str, end: float) -> None:
        self._session = session
        self._url = url
        self._end = end

    async def closed(self, stream: Stream, bodies: Iterator[bytes]) -> Answered:
        answered = Answered()
        turns = iter(range(stream.requests)) if stream.requests else itertools.count()

        async def connection() -> None:
            for _ in turns:
                if not stream.requests and time.perf_counter() >= self._end:
                    return
                sent = time.perf_counter()
                answered.add(sent, await self._post(next(bodies), stream.query))

        await asyncio.gather(*(connection() for _ in range(stream.connections)))
        return answered

    async def open(self, stream: Stream, bodies: Iterator[bytes]) -> Answered:
        answered = Answered()
        chance = random.Random(1)  # noqa: S311  no secret
        at = time.perf_counter()
        in_flight: set[asyncio.Task[None]] = set()

        async def one(sent: float) -> None:
            answered.add(sent, await self._post(next(bodies), stream.query))

        while (at := at + chance.expovariate(stream.rate)) < self._end:
            if (early := at - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            if len(in_flight) >= MOST_IN_FLIGHT:
                answered.add(at, UNSENT)
                continue
            task = asyncio.create_task(one(at))
            in_flight.add(task)
            task.add_done_callback(in_flight.discard)
        await asyncio.gather(*in_flight)
        return answered

    async def _post(self, body: bytes, query: str) -> int:
        try:
            async with self._session.post(
                self._url + query, data=body, headers={"Content-Type": "image/jpeg"}
            ) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return UNSENT


def main() -> None:
    given = json.load(sys.stdin)
    streams = [Stream(**stream) for stream in given.pop("streams")]
    answered = asyncio.run(run(Plan(**given, streams=streams)))
    report = {"cpu_s": time.process_time(), "streams": [asdict(stream) for stream in answered]}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
