"""The image as it runs: not root, on a read-only disk, and it answers."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from tests.conftest import ROOT
from tests.infra.image import IMAGE, LOCKED, Podman, check, free_port, wait_until_ready
from tests.infra.postgres import Server, postgres_server
from tests.infra.tools import WITHIN

from realeyez import __version__

HOST = ROOT / "terraform" / "modules" / "service" / "host" / "realeyez.sh"


@pytest.fixture(scope="module")
def inspected(podman: Podman) -> dict[str, Any]:
    (found,) = json.loads(podman("image", "inspect", IMAGE))
    return dict(found)


@pytest.fixture(scope="module")
def volume(podman: Podman) -> Iterator[str]:
    name = f"realeyez-{os.getpid()}"
    podman("volume", "create", name)
    yield name
    podman("volume", "rm", "--force", name)


@pytest.fixture(scope="module")
def key(podman: Podman, volume: str) -> str:
    options = [*LOCKED, "--volume", f"{volume}:/data"]
    return podman("run", "--rm", *options, IMAGE, "keys", "create", "me").strip()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def service(podman: Podman, volume: str, key: str, port: int) -> Iterator[str]:
    name = f"realeyez-{os.getpid()}"
    options = [*LOCKED, "--volume", f"{volume}:/data", "--memory", "2g"]
    options += ["--env", "REALEYEZ_DRAIN_SECONDS=0"]
    with podman.running(name, *options, "--env", f"REALEYEZ_PORT={port}", IMAGE):
        wait_until_ready(podman, name, port)
        yield name


def test_without_a_key_it_says_what_to_do(podman: Podman) -> None:
    done = podman.start("run", "--rm", *LOCKED, IMAGE)
    assert done.returncode == 2
    assert "Make one first: realeyez keys create NAME" in done.stderr
    assert "The database is at revision" in done.stderr  # the tables came first


def test_it_checks_pictures_for_those_with_a_key(service: str, port: int, key: str) -> None:
    answer = check(port, key)
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] in ("ai", "real", "unsure")
    assert check(port, "rk_none").status_code == 401


def test_it_is_an_unprivileged_user_on_a_read_only_disk(podman: Podman, service: str) -> None:
    status = podman("exec", service, "cat", "/proc/1/status")
    assert re.search(r"^Uid:\s+10001\s+10001\s", status, re.MULTILINE)
    assert re.search(r"^CapBnd:\s+0+$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
    for place in ("/x", "/opt/realeyez/x", "/usr/local/bin/x"):
        assert podman.start("exec", service, "touch", place).returncode != 0


def test_the_service_is_the_first_process(podman: Podman, service: str) -> None:
    command = podman("exec", service, "cat", "/proc/1/cmdline").split("\0")
    assert command[1:3] == ["/opt/realeyez/bin/realeyez", "serve"]


def test_its_health_check_tells_ready_from_not(podman: Podman, service: str) -> None:
    command = ["python", "/usr/local/bin/healthcheck.py"]
    assert podman.start("exec", service, *command).returncode == 0
    nobody = f"REALEYEZ_PORT={free_port()}"
    assert podman.start("exec", "--env", nobody, service, *command).returncode == 1


def test_there_is_nothing_to_build_or_install_with(podman: Podman, service: str) -> None:
    for tool in ("cc", "gcc", "g++", "make", "ld", "pip", "git"):
        found = podman.start("exec", service, "sh", "-c", f"command -v {tool}")
        assert found.stdout == "", tool
    done = podman.start("exec", service, "python", "-c", "import pip")
    assert "No module named 'pip'" in done.stderr


def test_the_bill_of_materials_is_the_lock(podman: Podman, service: str) -> None:
    bill = json.loads(podman("exec", service, "cat", "/opt/realeyez/sbom.cdx.json"))
    assert bill["bomFormat"] == "CycloneDX"
    lock = (ROOT / "requirements" / "postgres.txt").read_text()
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", lock, re.MULTILINE))
    listed = {
        item["name"].lower().replace("_", "-"): item["version"] for item in bill["components"]
    }
    assert {"onnxruntime", "asyncpg", "aiohttp"} <= listed.keys()
    assert pinned.keys() <= listed.keys()
    assert listed.keys() - pinned.keys() <= {"realeyez", "numpy", "cffi", "pycparser"}
    assert {name: listed[name] for name in pinned} == pinned


def test_labels_and_defaults(inspected: dict[str, Any]) -> None:
    config = inspected["Config"]
    labels = config["Labels"]
    assert labels["org.opencontainers.image.title"] == "RealEyez"
    assert labels["org.opencontainers.image.version"] == __version__
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert config["User"] == "10001:10001"
    assert config["ExposedPorts"] == {"8000/tcp": {}}
    assert inspected["Healthcheck"]["Test"] == ["CMD", "python", "/usr/local/bin/healthcheck.py"]
    assert not any("pip" in name.lower() for name in config["Env"])


def test_what_was_taken_on_is_finished_when_it_is_stopped(
    podman: Podman, volume: str, key: str
) -> None:
    port, name = free_port(), f"realeyez-stopped-{os.getpid()}"
    options = [*LOCKED, "--volume", f"{volume}:/data", "--env", f"REALEYEZ_PORT={port}"]
    with podman.running(name, *options, "--env", "REALEYEZ_DRAIN_SECONDS=0", IMAGE):
        wait_until_ready(podman, name, port)
        assert check(port, key).status_code == 200
        podman("stop", "--time", "30", name)
        state = podman("inspect", "--format", "{{.State.ExitCode}}", name)
        assert state.strip() == "0"


# As deploy/compose.yaml prepares itself


def test_setup_makes_a_key_and_a_certificate_once(podman: Podman, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "tls").mkdir()
    places = [
        *("--volume", f"{ROOT}/deploy/setup:/setup:ro", "--volume", f"{tmp_path}/data:/data"),
        *("--volume", f"{tmp_path}/keys:/keys", "--volume", f"{tmp_path}/tls:/tls"),
    ]
    (tmp_path / "data").mkdir()
    options = [*LOCKED, "--user", "0:0", "--cap-add", "CHOWN", *places]
    command = ["--env", "SITE=pictures.example", "--entrypoint", "/setup/setup.sh", IMAGE]
    podman("run", "--rm", *options, *command)
    token = (tmp_path / "keys" / "metrics-key").read_text()
    assert re.fullmatch(r"rk_[0-9a-f]{12}_[0-9a-f]{64}\n", token)
    chain = (tmp_path / "tls" / "fullchain.pem").read_bytes()
    certificate = x509.load_pem_x509_certificate(chain)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["pictures.example"]
    private = load_pem_private_key((tmp_path / "tls" / "privkey.pem").read_bytes(), None)
    assert private.public_key() == certificate.public_key()
    assert (tmp_path / "tls" / "privkey.pem").stat().st_uid == 101
    assert (tmp_path / "tls" / "privkey.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys" / "metrics-key").stat().st_uid == 65534
    podman("run", "--rm", *options, *command)
    assert (tmp_path / "keys" / "metrics-key").read_text() == token
    assert (tmp_path / "tls" / "fullchain.pem").read_bytes() == chain


# As the hosts of terraform/modules/service run it: their script, podman in Docker's place

AWS = """#!/usr/bin/env bash
case "$*" in
  *"--query VersionId"*) echo one ;;
  *get-secret-value*) cat "$SECRET" ;;
esac
"""
DOCKER = """#!/usr/bin/env bash
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --log-driver|--log-opt) shift ;; # CloudWatch
    *) arguments+=("$1") ;;
  esac
  shift
done
exec podman "${arguments[@]}"
"""


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Server]:
    with postgres_server(tls=True) as server:
        yield server


def test_a_host_runs_it_with_a_database_by_tls(
    podman: Podman, postgres: Server, tmp_path: Path
) -> None:
    port = free_port()
    (tmp_path / "bin").mkdir()
    for name, text in {"aws": AWS, "docker": DOCKER}.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    secret = json.dumps({"username": "postgres", "password": "p@ss/w:rd?#%"})
    (tmp_path / "secret").write_text(json.dumps({"VersionId": "one", "SecretString": secret}))
    host = {
        "AWS_REGION": "eu-west-1",
        "IMAGE": IMAGE,
        "GPUS": "",
        "LOG_GROUP": "test",
        "DATABASE_ADDRESS": f"localhost:{postgres.port}",
        "DATABASE_NAME": postgres.new_database(),
        "DATABASE_SECRET": "arn:secret",
        "DATABASE_CA": str(postgres.certificate),
    }
    (tmp_path / "host.env").write_text("".join(f"{name}='{host[name]}'\n" for name in host))
    settings = {
        "REALEYEZ_HOST": "0.0.0.0",  # noqa: S104 - as Terraform sets it
        "REALEYEZ_PORT": port,
        "REALEYEZ_KEYS": "required",
        "REALEYEZ_DRAIN_SECONDS": 0,
    }
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    (tmp_path / "service.env").write_text(text)
    environment = os.environ | podman.environment
    environment |= {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "SECRET": f"{tmp_path}/secret",
    }
    environment |= {"REALEYEZ_CONFIG": str(tmp_path), "REALEYEZ_STATE": str(tmp_path)}

    def realeyez(*arguments: str) -> str:
        done = subprocess.run(
            [HOST, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert "revision" in realeyez("db", "upgrade")
    key = realeyez("keys", "create", "the newsroom")
    podman.start("rm", "--force", "realeyez")  # as realeyez.service does
    process = subprocess.Popen([HOST, "serve"], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(podman, "realeyez", port)
        answer = check(port, key)
        assert answer.status_code == 200, answer.text
        told = httpx.get(
            f"http://127.0.0.1:{port}/v1/checks/{answer.json()['id']}",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert told.status_code == 200  # it is in the database
        assert "the newsroom" in realeyez("keys", "list")
    finally:
        podman.start("stop", "--time", "20", "realeyez")
        assert process.wait(WITHIN) == 0
