"""A server in its own processes: start, wait until it answers, what it takes, stop."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
READY_S = 90.0
STOP_S = 5.0
MIB = 2**20


class Server:
    """A server and all the processes that it started."""

    def __init__(self, process: psutil.Popen, url: str, seconds_to_ready: float) -> None:
        self.url = url
        self.seconds_to_ready = seconds_to_ready
        self._process = process

    @contextlib.contextmanager
    def awake(self) -> Iterator[Server]:
        """Only inside does it run: several wait for their turns, and some burn CPU while idle."""
        for process in self._all():
            process.resume()
        try:
            yield self
        finally:
            for process in self._all():
                process.suspend()

    def cpu_seconds(self) -> float:
        """What its processes have used so far."""
        times = [process.cpu_times() for process in self._all()]
        return float(sum(time.user + time.system for time in times))

    def memory_mib(self) -> float:
        """Resident memory; what its processes share is counted once."""
        return float(sum(process.memory_full_info().pss for process in self._all())) / MIB

    def rss_mib(self) -> float:
        """Resident memory of its only process."""
        (process,) = self._all()
        return float(process.memory_info().rss) / MIB

    def _all(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]


@contextlib.contextmanager
def serving(
    command: Sequence[str], *, port: int, ready: str, path: str, log: Path, env: dict[str, str]
) -> Iterator[Server]:
    """A server that answers `GET` of `ready`; leaving stops it and all that it started."""
    started = time.perf_counter()
    with log.open("wb") as output:
        process = psutil.Popen(
            command,
            env=environment() | env,
            cwd=log.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}{ready}", log)
        took = time.perf_counter() - started
        yield Server(process, f"http://127.0.0.1:{port}{path}", took)
    finally:
        _stop(process)


def environment() -> dict[str, str]:
    """This one, with our packages."""
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "backend")))}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: psutil.Popen, url: str, log: Path) -> None:
    deadline = time.perf_counter() + READY_S
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            # Ours, on loopback.
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # nosec B310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise RuntimeError(f"{url} does not answer. Its log ends with:\n{log.read_text()[-3000:]}")


def _stop(process: psutil.Popen) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        everything = [process, *process.children(recursive=True)]
        for each in everything:
            each.resume()
        process.terminate()
        _, left = psutil.wait_procs(everything, timeout=STOP_S)
        for survivor in left:
            survivor.kill()
