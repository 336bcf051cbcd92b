"""The service's image, really built and run: buildah and podman, with a store of the tests' own.

Images and layers are kept in the user's cache folder, so that only what has changed is built again.
"""

import fcntl
import hashlib
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import platformdirs
from tests.conftest import ROOT
from tests.infra.tools import WITHIN, need, not_here, run
from tests.pictures import encode, scene

IMAGE = "localhost/realeyez:test"
DOCKERFILE = ROOT / "backend" / "Dockerfile"
# As the hosts of terraform/modules/service run it.
LOCKED = shlex.split(
    "--network host --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges "
    "--pids-limit 512"
)
_CONFIGURATION = """
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
_STORE = """
[storage]
driver = "overlay"
graphroot = "{folder}/images"
runroot = "{folder}/run"
"""


@dataclass(frozen=True)
class Podman:
    """podman and buildah, whose store is in `folder`."""

    folder: Path

    def __call__(self, *arguments: str | Path, input: str | None = None) -> str:
        return run("podman", *arguments, input=input, **self.environment)

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """For commands that may fail."""
        return subprocess.run(
            ["podman", *arguments],
            env=os.environ | self.environment,
            text=True,
            capture_output=True,
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
        }

    @contextmanager
    def running(self, name: str, *arguments: str) -> Iterator[str]:
        """A container in the background, which is gone afterwards."""
        self("run", "--detach", "--name", name, *arguments)
        try:
            yield name
        finally:
            self.start("rm", "--force", "--volumes", "--time", "20", name)


def built(temporary: Path) -> Podman:
    """A store that holds this checkout's image, `IMAGE`."""
    need("buildah", "podman", "runc", "catatonit", "mmdebstrap")
    if os.geteuid() != 0:
        not_here("images are built here as root only")
    folder = platformdirs.user_cache_path("realeyez-tests", appauthor=False) / "containers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(_CONFIGURATION)
    (folder / "storage.conf").write_text(_STORE.format(folder=folder))
    podman = Podman(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one test process builds, the others find it built
        made_of = _digest_of_sources()
        label = podman.start("image", "inspect", "--format", "{{.Labels.made_of}}", IMAGE)
        if label.stdout.strip() != made_of:
            _base(podman)
            options = _pip_options(temporary)
            _build(podman, "cpu-build", "localhost/realeyez-build:test", *options)
            _build(podman, "cpu", IMAGE, "--label", f"made_of={made_of}", *options)
            podman("image", "prune", "--force")  # what the last build of another source left
    return podman


def _digest_of_sources() -> str:
    """Of what the image is made of, and how; buildah's own look at it takes half a minute."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    roots = [ROOT / line[1:] for line in lines if line.startswith("!")]
    files = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))]
    digest = hashlib.sha256()
    for file in sorted({*files, ROOT / ".dockerignore", Path(__file__)}):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(ROOT)} {file.stat().st_mode}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _build(podman: Podman, target: str, tag: str, *options: str) -> None:
    command = ["buildah", "bud", "--layers", "--isolation", "chroot", "--network", "host"]
    command += ["--pull-never", "--format", "docker", *options]
    command += ["--file", str(DOCKERFILE), "--target", target, "--tag", tag, str(ROOT)]
    run(*command, **podman.environment)


def _base(podman: Podman) -> None:
    """Debian and its Python in the official image's place, which no registry is asked for."""
    (name,) = re.findall(r"^ARG PYTHON=(\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    if podman.start("image", "exists", name).returncode == 0:
        return
    archive = podman.folder / "base.tar"
    packages = "--include=python3,python3-venv,ca-certificates"
    suite = name.rpartition("-")[2]
    run("mmdebstrap", "--quiet", "--variant=minbase", packages, suite, archive)
    podman("import", archive, name)
    archive.unlink()


def _pip_options(temporary: Path) -> list[str]:
    """This machine's pip configuration as build-time mounts: none of it is in the image."""
    listed = run(sys.executable, "-m", "pip", "config", "list")
    said = r"^(?:global|user|site|:env:)\.([a-z-]+)='(.*)'$"
    settings = dict(re.findall(said, listed, re.MULTILINE))
    file = temporary / "pip.conf"
    lines = [f"{name} = {value}" for name, value in settings.items()]
    file.write_text("\n".join(["[global]", *lines, ""]))
    places = {_place(word) for value in settings.values() for word in value.split()}
    found = sorted(place for place in places if place.is_absolute() and place.exists())
    mounts = [f"{file}:/etc/pip.conf:ro", *(f"{place}:{place}:ro" for place in found)]
    return [option for mount in mounts for option in ("--volume", mount)]


def _place(word: str) -> Path:
    """A file or folder; of an index, its parent, where its files are."""
    return Path(word.removeprefix("file://")).parent if word.startswith("file://") else Path(word)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_until_ready(podman: Podman, name: str, port: int) -> None:
    end = time.monotonic() + WITHIN
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{name} is not ready:\n{podman.start('logs', name)}")


def check(port: int, key: str) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{port}/v1/check",
        content=encode(scene()),
        headers={"Authorization": f"Bearer {key}"},
        timeout=WITHIN,
    )
