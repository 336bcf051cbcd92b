"""The NGINX of deploy/nginx, as a process on loopback with a certificate of its own."""

import asyncio
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import ROOT
from tests.infra.tools import WITHIN, need, run
from tests.serving import Serving, serving

from realeyez.db.store import Store

SOURCE = ROOT / "deploy" / "nginx"


@dataclass(frozen=True)
class Nginx:
    """A running NGINX. Each address of loopback is a caller of its own, with limits of its own."""

    folder: Path
    port: int
    plain_port: int
    alive_port: int
    certificate: Path

    @property
    def trust(self) -> ssl.SSLContext:
        """A new one each time: clients write into it which protocols they speak."""
        return ssl.create_default_context(cafile=str(self.certificate))

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def client(self, address: str, key: str | None = None) -> httpx.Client:
        transport = httpx.HTTPTransport(verify=self.trust, http2=True, local_address=address)
        return httpx.Client(transport=transport, **self._options(key))

    def async_client(self, address: str, key: str | None = None) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(verify=self.trust, http2=True, local_address=address)
        return httpx.AsyncClient(transport=transport, **self._options(key))

    def _options(self, key: str | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return {"base_url": self.url, "timeout": WITHIN, "headers": headers}

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]

    def lines(self, field: str, value: str, count: int) -> list[dict[str, Any]]:
        """The log's lines of a request id, say, once there are so many: NGINX answers first."""
        end = time.monotonic() + WITHIN
        while True:
            found = [line for line in self.log() if line[field] == value]
            if len(found) >= count or time.monotonic() > end:
                return found
            time.sleep(0.02)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fullchain.pem and privkey.pem for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    run(sys.executable, ROOT / "deploy" / "setup" / "certificate.py", folder, "127.0.0.1")
    return folder


def lay_out(folder: Path, certificate: Path, ports: Sequence[int], replicas: Sequence[str]) -> None:
    """The committed files, with this machine's ports, paths and replicas in place of a host's."""
    need("nginx")
    port, plain_port, alive_port = ports
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    changes = {
        "nginx.conf": {
            "/tmp/": f"{folder}/",  # noqa: S108 - first: the others may lead there
            "listen 8443 ": f"listen 127.0.0.1:{port} ",
            "listen 8080 ": f"listen 127.0.0.1:{plain_port} ",
            "listen 8081;": f"listen 127.0.0.1:{alive_port};",
            "/etc/tls/": f"{certificate}/",
            "/dev/stdout": f"{folder}/access.log",
            "/dev/stderr": f"{folder}/error.log",
        },
        "replicas.conf": {
            "172.30.80.11:8000": replicas[0],
            "172.30.80.12:8000": replicas[1],
        },
    }
    for name, values in changes.items():
        text = (SOURCE / name).read_text()
        for old, new in values.items():
            assert old in text, f"{name} has no {old}"
            text = text.replace(old, new)
        (folder / name).write_text(text)


def command(folder: Path, *options: str) -> list[str]:
    user = "user root;" if os.geteuid() == 0 else ""  # a test's folders are its own user's
    return ["nginx", "-p", str(folder), "-c", "nginx.conf", "-g", f"daemon off; {user}", *options]


@contextmanager
def running_nginx(folder: Path, certificate: Path, *replicas: str) -> Iterator[Nginx]:
    """An NGINX that answers, in front of two replicas: HOST:PORT each."""
    port, plain_port, alive_port = ports = _free_ports(3)
    lay_out(folder, certificate, ports, replicas)
    process = subprocess.Popen(command(folder))
    try:
        end = time.monotonic() + WITHIN
        while not _listening(port):
            assert process.poll() is None, "NGINX ended"
            assert time.monotonic() < end, "NGINX does not listen"
            time.sleep(0.05)
        yield Nginx(folder, port, plain_port, alive_port, certificate / "fullchain.pem")
        process.terminate()
        assert process.wait(WITHIN) == 0
    finally:
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all replicas, as in production."""
    return f"sqlite:///{tmp_path_factory.mktemp('database')}/realeyez.db"


@pytest.fixture(scope="session")
def keys(database: str) -> list[str]:
    """API keys. Every test takes its own: they have limits too."""

    async def make() -> list[str]:
        async with Store.running(database) as store:
            return [(await store.create_key(f"caller {number}"))[1] for number in range(12)]

    return asyncio.run(make())


@contextmanager
def replica(folder: Path, database: str, *, ends_with: int = 0) -> Iterator[Serving]:
    """A service that asks for keys, as one beyond loopback does."""
    folder.mkdir(exist_ok=True)
    with serving(folder, ends_with=ends_with, database=database, keys="required") as service:
        yield service


@pytest.fixture(scope="module")
def replicas(
    tmp_path_factory: pytest.TempPathFactory, database: str, keys: list[str]
) -> Iterator[list[Serving]]:
    folder = tmp_path_factory.mktemp("replicas")
    with replica(folder / "1", database) as first, replica(folder / "2", database) as second:
        yield [first, second]


@pytest.fixture(scope="module")
def nginx(
    tmp_path_factory: pytest.TempPathFactory, certificate: Path, replicas: list[Serving]
) -> Iterator[Nginx]:
    addresses = [service.url.removeprefix("http://") for service in replicas]
    with running_nginx(tmp_path_factory.mktemp("nginx"), certificate, *addresses) as started:
        yield started
