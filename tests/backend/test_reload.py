"""A real service under load, and its model replaced by SIGHUP."""

import asyncio
import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.pictures import encode, scene
from tests.serving import Serving, serving

from realeyez.models import store
from realeyez.models.store import MANIFEST_NAME

BUNDLED = Path(store.__file__).parent / "bundled"
PICTURES = [encode(scene(seed=seed)) for seed in range(24)]
PATIENCE = 60.0  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def change(folder: Path, **fields: object) -> None:
    """Write another manifest, whole at once."""
    path = folder / MANIFEST_NAME
    new = path.with_suffix(".new")
    new.write_text(json.dumps(json.loads(path.read_text()) | fields))
    new.replace(path)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if await asyncio.to_thread(happened):
                return
            await asyncio.sleep(0.05)


def version(service: Serving) -> str:
    return str(json.loads(service.get("/v1/model"))["version"])


def samples(service: Serving, name: str) -> dict[str, float]:
    """A metric's values by those of its labels."""
    return {
        " ".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(service.get("/metrics"))
        for sample in family.samples
        if sample.name == name
    }


def reloads(service: Serving) -> dict[str, float]:
    return samples(service, "realeyez_model_reloads_total")


@contextlib.asynccontextmanager
async def load(service: Serving) -> AsyncIterator[Counter[tuple[int, str]]]:
    """Pictures all the while; how often there was which status, by which version."""
    seen: Counter[tuple[int, str]] = Counter()
    stop = asyncio.Event()

    async def ask(session: aiohttp.ClientSession, start: int) -> None:
        turn = start
        while not stop.is_set():
            # Bytes after the picture's end make it another to the cache.
            data = PICTURES[turn % len(PICTURES)] + turn.to_bytes(8, "big")
            async with session.post(f"{service.url}/v1/check", data=data) as response:
                answer = await response.json()
                seen[response.status, answer.get("model", {}).get("version", "")] += 1
            turn += 4

    async with aiohttp.ClientSession() as session:
        tasks = [asyncio.create_task(ask(session, start)) for start in range(4)]
        yield seen
        stop.set()
        await asyncio.gather(*tasks)


async def test_no_request_fails_while_the_model_is_replaced(folder: Path, tmp_path: Path) -> None:
    change(folder, version="1.0.0")
    with serving(tmp_path, "--model", str(folder)) as service:
        async with load(service) as seen:
            await until(lambda: seen[200, "1.0.0"] > 5)
            change(folder, version="2.0.0")
            service.process.send_signal(signal.SIGHUP)
            await until(lambda: seen[200, "2.0.0"] > 5)
            assert version(service) == "2.0.0"

            change(folder, version="3.0.0", sha256="0" * 64)
            service.process.send_signal(signal.SIGHUP)
            await until(lambda: reloads(service).get("failed") == 1)
            change(folder, map_output="no such output", sha256=_digest(folder))
            service.process.send_signal(signal.SIGHUP)
            await until(lambda: reloads(service).get("failed") == 2)
            assert version(service) == "2.0.0"

            change(folder, version="4.0.0", map_output="patch_logits")
            for _ in range(10):
                service.process.send_signal(signal.SIGHUP)
                await asyncio.sleep(0.02)
            await until(lambda: seen[200, "4.0.0"] > 5)
            (info,) = samples(service, "realeyez_model_info")
            assert "4.0.0" in info
        assert {status for status, _ in seen} == {200}
        assert {name for _, name in seen} == {"1.0.0", "2.0.0", "4.0.0"}
        assert reloads(service)["replaced"] == 2
    log = service.log.read_text()
    assert "2.0.0 has taken over from realeyez-b0 1.0.0" in log
    assert "The model stays as it was. realeyez-b0.onnx of" in log
    assert "Traceback" not in log


def _digest(folder: Path) -> str:
    return store.sha256((folder / "realeyez-b0.onnx").read_bytes())


async def test_a_model_that_never_comes_keeps_nobody(folder: Path, tmp_path: Path) -> None:
    """Neither checks nor the exit wait for it."""
    manifest = folder / MANIFEST_NAME
    with serving(tmp_path, "--model", str(folder)) as service:
        manifest.unlink()
        os.mkfifo(manifest)
        service.process.send_signal(signal.SIGHUP)
        await until(lambda: is_read(manifest))
        async with load(service) as seen:
            await until(lambda: seen.total() > 2)
        assert {status for status, _ in seen} == {200}


def is_read(pipe: Path) -> bool:
    """Whether somebody reads it; from then on there is a writer, who says nothing."""
    try:
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def on_a_terminal(before: str = "pass") -> Iterator[tuple[Serving, int]]:
    """A service and the terminal's own end. before: what to run first in the process."""
    ours, theirs = pty.openpty()
    begin = f"import os, signal, sys; os.login_tty(0); {before}"
    command = f"{begin}; os.execv(sys.executable, sys.argv[1:])"
    serve = [sys.executable, "-m", "realeyez", "serve", "--port", "0"]
    process = subprocess.Popen([sys.executable, "-c", command, *serve], stdin=theirs)
    os.close(theirs)
    try:
        said = b""
        while not (found := re.search(rb"Listening on (http[^; ]+)", said)):
            said += os.read(ours, 4096)
        yield Serving(found[1].decode(), process, Path(os.devnull)), ours
    finally:
        process.kill()
        process.wait()


def test_a_service_ends_with_its_terminal() -> None:
    """Its SIGHUP is a farewell; else `make run` would go on unseen, and keep the port."""
    with on_a_terminal() as (service, terminal):
        os.close(terminal)
        assert service.process.wait(PATIENCE) == 0


async def test_nohup_outlives_its_terminal() -> None:
    ignore = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with on_a_terminal(ignore) as (service, terminal):
        os.close(terminal)
        await until(lambda: reloads(service).get("unchanged") == 1)


async def test_on_a_terminal_it_reloads_too() -> None:
    with on_a_terminal() as (service, terminal):
        service.process.send_signal(signal.SIGHUP)
        await until(lambda: reloads(service).get("unchanged") == 1)
        os.close(terminal)
