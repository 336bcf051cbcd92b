"""A real service in a process of its own, a real browser, and a place for screenshots."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import ROOT

READY_WITHIN = 60.0  # seconds

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Service:
    """A running service."""

    url: str


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`realeyez serve` on a free port, with the model that ships."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("service") / "log.txt"
    command = [sys.executable, "-m", "realeyez", "serve", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, log)
        yield Service(url)
    finally:
        process.terminate()
        assert process.wait(20) == 0, log.read_text()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the service is not ready:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium, else the one that Playwright installed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        pytest.fail("no Chromium: `make test` installs one")
    return path


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots go, to be looked at."""
    folder = ROOT / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def built() -> Path:
    """The built extension; built here where that has not been done."""
    extension = ROOT / "extension"
    built = extension / "dist/chrome"
    if not (built / "manifest.json").exists():
        subprocess.run(["npm", "ci"], cwd=extension, check=True)
        subprocess.run(["npm", "run", "build"], cwd=extension, check=True)
    return built
