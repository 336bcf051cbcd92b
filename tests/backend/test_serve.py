"""`realeyez serve` as it is run: a process of its own, real signals."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from tests.pictures import encode, scene

from realeyez.db import admin

WITHIN = 60.0  # seconds; a busy machine takes its time


@dataclass
class Running:
    """A service that listens."""

    url: str
    process: asyncio.subprocess.Process
    database: Path

    async def end(self) -> int:
        return await asyncio.wait_for(self.process.wait(), WITHIN)

    async def until(self, wanted: str) -> None:
        """Wait for `/health/ready` to be 503, or for nobody to listen any more: closed."""
        state = ""
        async with asyncio.timeout(WITHIN):
            while state != wanted:
                state = await self._state()

    async def _state(self) -> str:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self.url}/health/ready") as response,
            ):
                return str(response.status)
        except aiohttp.ClientError:
            return "closed"


Start = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    database = tmp_path / "realeyez.db"
    monkeypatch.setenv("REALEYEZ_DATABASE", f"sqlite:///{database}")

    @asynccontextmanager
    async def running(**settings: object) -> AsyncIterator[Running]:
        for name, value in settings.items():
            monkeypatch.setenv(f"REALEYEZ_{name.upper()}", str(value))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "realeyez", "serve", "--port", "0"),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout
        try:
            line = await asyncio.wait_for(process.stdout.readline(), WITHIN)
            url = line.decode().split()[2].rstrip(";")
            yield Running(url, process, database)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return running


async def test_on_sigterm_nothing_that_was_taken_on_is_lost(start: Start) -> None:
    """Callers go on, as those behind a balancer do, until it sees that the service is not ready."""
    pictures = [encode(scene(1200, 900, seed=seed)) for seed in range(60)]
    answered: list[str] = []
    first = asyncio.Event()
    async with start(drain_seconds=3) as service, aiohttp.ClientSession() as session:
        stop = asyncio.Event()

        async def caller() -> None:
            while pictures and not stop.is_set():
                data = pictures.pop()
                async with session.post(f"{service.url}/v1/check", data=data) as response:
                    assert response.status == 200
                    answered.append((await response.json())["id"])
                    first.set()

        callers = [asyncio.create_task(caller()) for _ in range(8)]
        await first.wait()
        before = len(answered)
        service.process.send_signal(signal.SIGTERM)
        await service.until("503")
        # Not ready, and yet it answers: whoever has not noticed loses nothing.
        async with session.post(f"{service.url}/v1/check", data=encode(scene())) as response:
            assert response.status == 200
            assert response.headers["Connection"] == "close"
            answered.append((await response.json())["id"])
        stop.set()
        await asyncio.gather(*callers)
        assert len(answered) > before
        assert await service.end() == 0
    with sqlite3.connect(service.database) as stored:
        assert {row[0] for row in stored.execute("SELECT id FROM checks")} == set(answered)


async def test_what_is_in_flight_is_finished_after_the_port_has_closed(start: Start) -> None:
    """An upload that goes on meanwhile, on loopback, where nothing waits for a balancer."""
    data = encode(scene())
    async with start() as service, aiohttp.ClientSession() as session:
        uploading, gone_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield data[:1000]
            uploading.set()
            await gone_on.wait()
            yield data[1000:]

        async def upload() -> int:
            headers = {"Content-Length": str(len(data))}
            async with session.post(
                f"{service.url}/v1/check", data=slowly(), headers=headers
            ) as response:
                await response.read()
                return response.status

        request = asyncio.create_task(upload())
        await uploading.wait()
        service.process.send_signal(signal.SIGINT)
        await service.until("closed")
        gone_on.set()
        assert await request == 200
        assert await service.end() == 0


async def test_what_never_ends_is_ended_in_the_limit(start: Start) -> None:
    async with start(finish_seconds=1) as service:
        host, port = service.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1")
        await writer.drain()
        service.process.send_signal(signal.SIGTERM)
        assert await service.end() == 0
        writer.close()


async def test_a_second_signal_ends_the_drain(start: Start) -> None:
    async with start(drain_seconds=600) as service:
        service.process.send_signal(signal.SIGTERM)
        await service.until("503")
        service.process.send_signal(signal.SIGTERM)
        assert await service.end() == 0


async def test_old_checks_go_when_it_starts(start: Start) -> None:
    async with start(retention_days=1) as service, aiohttp.ClientSession() as session:
        async with session.post(f"{service.url}/v1/check", data=encode(scene())) as response:
            check_id = (await response.json())["id"]
        service.process.send_signal(signal.SIGTERM)
        assert await service.end() == 0
    with sqlite3.connect(service.database) as stored:
        stored.execute("UPDATE checks SET checked_at = '2020-01-01 00:00:00.000000'")

    async def status_of(service: Running) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{service.url}/v1/checks/{check_id}") as response,
        ):
            return response.status

    async with start(retention_days=0) as service:
        assert await status_of(service) == 200
    async with start(retention_days=1) as service, asyncio.timeout(WITHIN):
        while await status_of(service) != 404:
            pass


async def test_keys_open_a_service_that_requires_them(
    start: Start, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await asyncio.to_thread(admin.create_key, f"sqlite:///{tmp_path}/realeyez.db", "the tests")
    token = capsys.readouterr().out.strip()
    async with start(keys="required") as service, aiohttp.ClientSession() as session:
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {token}"}, 200)):
            async with session.get(f"{service.url}/v1/model", headers=headers) as response:
                assert response.status == status


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"keys": "required"}, "realeyez keys create"),
        ({"database": "sqlite:////dev/null/realeyez.db"}, "/dev/null"),
        ({"database": "postgresql://nobody@127.0.0.1:1/none"}, "database"),
        ({"origins": "*"}, "origin"),
    ],
)
async def test_what_cannot_be_served_is_said(
    settings: dict[str, str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALEYEZ_DATABASE", f"sqlite:///{tmp_path}/realeyez.db")
    for name, value in settings.items():
        monkeypatch.setenv(f"REALEYEZ_{name.upper()}", value)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "realeyez", "serve", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), WITHIN)
    assert process.returncode == 2
    assert named in errors.decode()
    assert b"Traceback" not in output + errors
