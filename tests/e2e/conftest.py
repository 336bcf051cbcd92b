"""A real service in a process of its own, a real browser, and a place for screenshots."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.serving import Serving as Service
from tests.serving import serving

__all__ = ["CHROMIUM_FLAGS", "Service"]

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def needs(what: str, found: object) -> None:
    """Fails where `make browser` installs it; skips where that cannot be done."""
    if found:
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        pytest.fail(f"no {what}: `make test` installs it")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`realeyez serve` on a free port, with the model that ships."""
    with serving(tmp_path_factory.mktemp("service")) as service:
        yield service


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
