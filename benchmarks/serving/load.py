"""The load, in a process of its own: a plan on standard input, the answers on standard output.

Closed: so many connections, each of which asks again once it is answered. Open: requests come by
chance at a rate, whatever was answered before; latency counts from when they were meant to be sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httptools
from benchmarks.serving.client import Client
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
    distinct: bool = True  # no picture twice, to a cache
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


def arrivals(rate: float, start: float, end: float) -> Iterator[float]:
    """When requests come that come by chance: the same moments every time."""
    chance = random.Random(1)  # noqa: S311  no secret
    at = start
    while (at := at + chance.expovariate(rate)) < end:
        yield at


async def run(plan: Plan) -> list[Answered]:
    """Send all streams at the same time. Times are seconds since the end of the warm-up."""
    kinds = load(Path(plan.pictures))
    start = time.perf_counter()
    end = start + plan.warm_up + plan.seconds
    answered = await asyncio.gather(*(_sent(plan, stream, kinds, end) for stream in plan.streams))
    measured_from = start + plan.warm_up
    for stream in answered:
        stream.sent = [round(at - measured_from, 5) for at in stream.sent]
        stream.done = [round(at - measured_from, 5) for at in stream.done]
    return answered


async def _sent(plan: Plan, stream: Stream, kinds: dict[str, list[bytes]], end: float) -> Answered:
    bodies = endless(kinds, stream.kind)
    with contextlib.closing(Client(plan.url, stream.query)) as client:
        send = _closed if stream.connections else _open
        return await send(client, stream, bodies, end)


async def _closed(client: Client, stream: Stream, bodies: Iterator[bytes], end: float) -> Answered:
    answered = Answered()
    turns = iter(range(stream.requests)) if stream.requests else itertools.count()

    async def connection() -> None:
        for _ in turns:
            if not stream.requests and time.perf_counter() >= end:
                return
            sent = time.perf_counter()
            answered.add(sent, await _post(client, stream, next(bodies)))

    await asyncio.gather(*(connection() for _ in range(stream.connections)))
    return answered


async def _open(client: Client, stream: Stream, bodies: Iterator[bytes], end: float) -> Answered:
    answered = Answered()
    in_flight: set[asyncio.Task[None]] = set()

    async def one(sent: float) -> None:
        answered.add(sent, await _post(client, stream, next(bodies)))

    for at in arrivals(stream.rate, time.perf_counter(), end):
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


async def _post(client: Client, stream: Stream, picture: bytes) -> int:
    """The status. Eight random bytes after a picture's end, and no cache knows it."""
    try:
        async with asyncio.timeout(TOO_LATE_S):
            return await client.post(picture, os.urandom(8) if stream.distinct else b"")
    except (OSError, httptools.HttpParserError):  # or too late
        return UNSENT


def main() -> None:
    given = json.load(sys.stdin)
    streams = [Stream(**stream) for stream in given.pop("streams")]
    gc.disable()  # nothing here is garbage in a circle
    before = time.process_time()
    answered = asyncio.run(run(Plan(**given, streams=streams)))
    cpu = time.process_time() - before
    report = {"cpu_s": cpu, "streams": [asdict(stream) for stream in answered]}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
