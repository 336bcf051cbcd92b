"""Who is measured: the service, its peers in each of their settings, and aiohttp's hello."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.process import Server, free_port, serving

APPS = "benchmarks.serving.apps"
SAME = 1e-4  # in probability: the same views through the same graph


@dataclass(frozen=True)
class Contender:
    """A server and one way to run it."""

    name: str
    setting: str
    command: tuple[str, ...]  # PORT stands for the port
    ready: str
    path: str = "/check"
    env: tuple[tuple[str, str], ...] = ()

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """The server, ready."""
        port = free_port()
        command = [part.replace("PORT", str(port)) for part in self.command]
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(
                command,
                port=port,
                ready=self.ready,
                path=self.path,
                log=Path(folder, "log"),
                env={"BENCH_SETTING": self.setting, **dict(self.env)},
            ) as server,
        ):
            yield server


def ours(**settings: str) -> Contender:
    """`realeyez serve`, by default with the settings that it ships with."""
    return Contender(
        "realeyez",
        "default",
        (sys.executable, "-m", "realeyez", "serve", "--port", "PORT"),
        ready="/health/ready",
        path="/v1/check",
        env=(("REALEYEZ_DATABASE", "sqlite:///realeyez.db"), *settings.items()),
    )


def hello(body: str) -> Contender:
    """aiohttp that reads a picture and answers `body`."""
    return Contender(
        "aiohttp-hello", "", (sys.executable, "-m", f"{APPS}.hello", "PORT", body), ready="/"
    )


def _litserve(setting: str) -> Contender:
    command = (sys.executable, "-m", f"{APPS}.lit", "PORT", setting)
    return Contender("litserve", setting, command, ready="/health")


def _bentoml(setting: str) -> Contender:
    program = str(Path(sys.executable).with_name("bentoml"))
    service = f"{APPS}.bento:Checker"
    command = (program, "serve", service, "--host", "127.0.0.1", "--port", "PORT")
    env = (("BENTOML_DO_NOT_TRACK", "True"),)
    return Contender("bentoml", setting, command, ready="/readyz", env=env)


def _mosec(setting: str) -> Contender:
    where = ("--address", "127.0.0.1", "--port", "PORT")
    limits = ("--timeout", "10000", "--capacity", "64")
    command = (sys.executable, "-m", f"{APPS}.mosec_app", *where, *limits, "--log-level", "warning")
    return Contender("mosec", setting, command, ready="/")


PEERS = {
    "litserve": [_litserve(setting) for setting in ("workers", "fast-queue", "batches")],
    "bentoml": [_bentoml(setting) for setting in ("workers", "threads", "both")],
    "mosec": [_mosec(setting) for setting in ("one-stage", "two-stages", "batches")],
}


def answer(server: Server, picture: bytes) -> str:
    """The JSON that it answers to a picture."""
    request = urllib.request.Request(  # noqa: S310  ours, on loopback
        server.url, picture, {"Content-Type": "image/jpeg"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310  # nosec B310
        return str(response.read().decode())


def same_verdicts(first: Server, second: Server, pictures: list[bytes]) -> bool:
    """Whether two servers decide alike: only the engine may differ."""
    return all(
        abs(_probability(first, picture) - _probability(second, picture)) < SAME
        for picture in pictures
    )


def _probability(server: Server, picture: bytes) -> float:
    return float(json.loads(answer(server, picture))["probability"])
