"""What goes wrong around a running service: it answers the rest, and recovers.

The database's own faults are in `db/test_faults.py`, a model's on its way in `models/`, a stop
under load in `test_serve.py`.
"""

import asyncio
import hashlib
import json
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image
from tests.pictures import encode, scene
from tests.serving import Serving, serving

from realeyez.db.store import Store

PICTURES = [encode(scene(seed=seed)) for seed in range(8)]
WITHIN = 60.0  # seconds; a busy machine takes its time
SLOW = 1000  # connections
MIB = 2**20


async def ask(session: aiohttp.ClientSession, service: Serving, data: bytes) -> tuple[int, Any]:
    async with session.post(f"{service.url}/v1/check", data=data) as response:
        return response.status, await response.json(content_type=None)


async def is_right(service: Serving, data: bytes = PICTURES[0]) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(WITHIN):
        status, verdict = await ask(session, service, data)
    assert status == 200, verdict
    assert verdict["image"]["sha256"] == hashlib.sha256(data).hexdigest()


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(service: Serving, said: bytes) -> Connection:
    host, port = service.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(said)
    return reader, writer


def gauge(service: Serving, name: str) -> float:
    lines = service.get("/metrics").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while True:
            if await asyncio.to_thread(true):
                return
            await asyncio.sleep(0.1)


BEGUN = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "said",
    [BEGUN + b"X-Slow: ", BEGUN + b"Content-Length: 100000\r\n\r\n\xff\xd8"],
    ids=["headers", "bodies"],
)
async def test_a_thousand_slow_senders_are_in_nobodys_way(tmp_path: Path, said: bytes) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * SLOW:
        pytest.skip(f"this machine lets a process open {hard} files; the test needs {2 * SLOW}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with serving(tmp_path, idle_seconds="5", upload_seconds="5") as service:
            slow = [await connect(service, said) for _ in range(SLOW)]
            await is_right(service)
            async with asyncio.timeout(WITHIN):  # and they are shown out
                await asyncio.gather(*(reader.read() for reader, _ in slow))
            for _, writer in slow:
                writer.close()
            await is_right(service, PICTURES[1])
            await until(lambda: gauge(service, "realeyez_upload_bytes") == 0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_callers_that_break_off_their_upload_leave_nothing_behind(tmp_path: Path) -> None:
    said = BEGUN + f"Content-Length: {len(PICTURES[0])}\r\n\r\n".encode() + PICTURES[0][:-1]
    with serving(tmp_path) as service:
        broken = [await connect(service, said) for _ in range(100)]
        await until(lambda: gauge(service, "realeyez_upload_bytes") > 0)
        for _, writer in broken:
            writer.transport.abort()
        await is_right(service)
        await until(lambda: gauge(service, "realeyez_upload_bytes") == 0)
        assert gauge(service, "realeyez_in_flight_pictures") == 0


async def test_a_burst_is_answered_with_verdicts_and_refusals_and_nothing_else(
    tmp_path: Path,
) -> None:
    pictures = [encode(scene(seed=seed)) for seed in range(60)]
    with serving(tmp_path, max_waiting="12") as service:
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
            asyncio.timeout(WITHIN),
        ):
            answers = await asyncio.gather(*(ask(session, service, data) for data in pictures))
        for (status, answer), data in zip(answers, pictures, strict=True):
            if status == 200:
                assert answer["image"]["sha256"] == hashlib.sha256(data).hexdigest()
            else:
                assert (status, answer["type"]) == (429, "urn:realeyez:problem:busy")
        assert sum(status == 200 for status, _ in answers) >= 12
        await is_right(service)


SIDE = 4000
# 16 megapixels in some bytes, of which decoding takes the most memory.
BOMB = encode(Image.new("RGBA", (SIDE, SIDE), (9, 99, 9, 99)), "WEBP", lossless=True)
ONE_BOMB = 20 * SIDE**2  # bytes; measured: 17 to 21 a pixel


def memory(service: Serving, what: str) -> int:
    """Bytes."""
    lines = Path(f"/proc/{service.process.pid}/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(f"{what}:")))


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from Linux's /proc")


@needs_proc
async def test_pictures_that_unpack_to_much_are_unpacked_one_after_another(tmp_path: Path) -> None:
    """However many decoders there are, and others are answered meanwhile."""
    limits = {"decode_threads": "8", "decode_pixels": str(SIDE**2), "interactive_seconds": "120"}
    with serving(tmp_path, **limits) as service:
        await is_right(service)
        before = memory(service, "VmHWM")
        async with aiohttp.ClientSession() as session, asyncio.timeout(2 * WITHIN):
            asked = [ask(session, service, BOMB + bytes([number])) for number in range(4)]
            bombs = [asyncio.create_task(each) for each in asked]
            await is_right(service, PICTURES[1])
            answers = await asyncio.gather(*bombs)
        assert [status for status, _ in answers] == [200] * 4
        assert memory(service, "VmHWM") - before < 2 * ONE_BOMB


@needs_proc
async def test_where_memory_is_short_the_service_goes_on(tmp_path: Path) -> None:
    bomb = encode(
        Image.new("RGB", (2 * SIDE, 2 * SIDE)), "PNG"
    )  # 256 MB: no thread has reserved it
    with serving(tmp_path, decode_threads="2") as service:
        await is_right(service)
        most = memory(service, "VmSize") + SIDE**2
        resource.prlimit(service.process.pid, resource.RLIMIT_AS, (most, most))
        async with aiohttp.ClientSession() as session, asyncio.timeout(WITHIN):
            for number in range(3):
                status, problem = await ask(session, service, bomb + bytes([number]))
                assert (status, problem["type"]) == (503, "urn:realeyez:problem:no-memory")
        await is_right(service, PICTURES[1])


async def test_a_kill_loses_no_accepted_feedback(tmp_path: Path) -> None:
    """Also the kill of a decoder: decoders are threads of the service, and it starts anew."""
    location = f"sqlite:///{tmp_path}/realeyez.db"
    accepted: list[str] = []

    async def check_and_say(session: aiohttp.ClientSession, service: Serving, data: bytes) -> None:
        while True:
            _, verdict = await ask(session, service, data)
            address = f"{service.url}/v1/checks/{verdict['id']}/feedback"
            comment = f"{len(accepted)}"
            async with session.post(address, json={"label": "ai", "comment": comment}) as response:
                if response.status == 201:
                    accepted.append(verdict["id"])
            data += b"\0"  # another check: bytes after a JPEG's end say nothing

    killed = -signal.SIGKILL
    with serving(tmp_path, database=location, ends_with=killed) as service:
        async with aiohttp.ClientSession() as session:
            callers = [
                asyncio.create_task(check_and_say(session, service, data)) for data in PICTURES
            ]
            await until(lambda: len(accepted) >= 20)
            service.process.kill()
            await asyncio.gather(*callers, return_exceptions=True)
    async with Store.running(location) as store:
        kept = {given.check_id for given, _ in await store.all_feedback()}
    assert kept >= set(accepted)
    with serving(tmp_path, database=location) as service:
        await is_right(service)
        assert json.loads(service.get(f"/v1/checks/{accepted[0]}"))["id"] == accepted[0]
