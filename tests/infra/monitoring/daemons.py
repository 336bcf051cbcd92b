"""Processes that run as long as a block does, and waiting for what they do."""

import http.server
import json
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

PATIENCE = 120.0  # seconds, for a slow machine
T = TypeVar("T")


@contextmanager
def running(command: Sequence[str | Path], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process; leaving ends it."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: str, ask: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """What `ask` says, once it is something."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := ask():
                return found
            last: object = found
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # with it its socket
            last = error
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {seconds:.0f} seconds: {last!r}")
        time.sleep(0.2)


def get_json(url: str, **query: str) -> Any:
    address = f"{url}?{urllib.parse.urlencode(query)}" if query else url
    with urllib.request.urlopen(address, timeout=20) as answer:
        return json.load(answer)


def answers(url: str) -> bool:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bool(answer.status == 200)


@dataclass(frozen=True)
class Prometheus:
    """A running one."""

    url: str

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The series of an instant query; an expression that is wrong fails the test."""
        try:
            answer = get_json(f"{self.url}/api/v1/query", query=expr)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{expr}\n{error.read().decode()}") from error
        series: list[dict[str, Any]] = answer["data"]["result"]
        return series

    def targets(self) -> dict[str, set[str]]:
        """The health of each job's targets."""
        found: dict[str, set[str]] = {}
        for target in get_json(f"{self.url}/api/v1/targets")["data"]["activeTargets"]:
            found.setdefault(target["labels"]["job"], set()).add(target["health"])
        return found

    def rules(self) -> list[dict[str, Any]]:
        groups = get_json(f"{self.url}/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


@contextmanager
def webserver(
    handler: type[http.server.BaseHTTPRequestHandler],
) -> Iterator[http.server.ThreadingHTTPServer]:
    """A server on a free port of loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
