"""`realeyez serve` in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Serving:
    """A running service; `log` is what it writes to stderr."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


@contextmanager
def serving(
    folder: Path, *options: str, ends_with: int = 0, port: int = 0, **settings: str
) -> Iterator[Serving]:
    """A service that is ready. Leaving stops it.

    folder: for its log and its database. port: 0 takes a free one. settings: REALEYEZ_*
    without the prefix, in lower case.
    ends_with: its exit status; minus the signal's number if the test kills it.
    """
    port = port or free_port()
    log = folder / "service.log"
    settings = {"database": f"sqlite:///{folder}/realeyez.db", **settings}
    environment = {f"REALEYEZ_{name.upper()}": value for name, value in settings.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "realeyez", "serve", "--port", str(port), *options],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=output,
        )
    service = Serving(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_ready(service)
        yield service
        process.terminate()
        assert process.wait(20) == ends_with, log.read_text()
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(service: Serving) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and service.process.poll() is None:
        try:
            service.get("/health/ready")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the service is not ready:\n{service.log.read_text()}")
