"""The commands of docs/operations.md and deploy/README.md, on a real PostgreSQL.

`docker compose exec SERVICE` runs its command here, where PostgreSQL's tools and realeyez are.
"""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.kubernetes.conftest import BUILDS, objects, of_kind, pod_spec
from tests.infra.postgres import Server, postgres_server
from tests.infra.tools import WITHIN, need, run

from realeyez.db import migrate
from realeyez.db.store import Store

TEXT = (ROOT / "docs" / "operations.md").read_text()
DOCKER = """#!/usr/bin/env bash
set -eu
shift # compose
case $1 in
  exec)
    while [ "${2#-}" != "$2" ]; do shift; done
    shift 2
    if [ "$1" = realeyez ]; then shift; exec "$PYTHON" -m realeyez "$@"; fi
    exec "$@" ;;
  stop|up) echo "$*" >>"$CALLS" ;;
  *) exit 1 ;;
esac
"""


def blocks(heading: str, language: str = "sh") -> list[str]:
    """The code under a heading."""
    (section,) = re.findall(
        rf"^#+ {heading}\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL
    )
    return re.findall(rf"^```{language}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        run("createuser", "--superuser", "realeyez", **server.environment)
        run("createdb", "--owner", "realeyez", "realeyez", **server.environment)
        yield server


class Operator:
    """Someone who types what is written."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        (folder / "bin").mkdir()
        (folder / "bin" / "docker").write_text(DOCKER)
        (folder / "bin" / "docker").chmod(0o755)
        self.environment = os.environ | {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "PYTHON": sys.executable,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "REALEYEZ_DATABASE": f"postgresql://realeyez:any@127.0.0.1:{server.port}/realeyez",
        }

    def types(self, commands: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", commands],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


async def _names(location: str) -> set[str]:
    async with Store.running(location, patience=WITHIN) as store:
        return {key.name for key in await store.keys()}


async def _new_key(location: str, name: str) -> None:
    async with Store.running(location, patience=WITHIN) as store:
        await store.create_key(name)


async def test_what_is_backed_up_can_be_restored(tmp_path: Path, postgres: Server) -> None:
    need("pg_dump", "pg_restore")
    operator = Operator(tmp_path, postgres)
    (back_up, _), (restore,) = blocks("Back up"), blocks("Restore")
    location = postgres.location("realeyez")
    await migrate.upgrade(location)
    await _new_key(location, "the newsroom")
    operator.types(back_up)
    await _new_key(location, "a key made since")
    assert await _names(location) == {"the newsroom", "a key made since"}
    operator.types(restore)
    assert await _names(location) == {"the newsroom"}
    stopped, started = operator.calls.read_text().splitlines()
    assert stopped == "stop realeyez-1 realeyez-2"
    assert started == "up --detach"

    (downgrade,) = blocks("Roll back")
    assert "revision 0001" in operator.types(downgrade)
    await migrate.upgrade(location)
    assert await _names(location) == {"the newsroom"}


async def test_a_key_is_replaced(tmp_path: Path, postgres: Server) -> None:
    operator = Operator(tmp_path, postgres)
    location = postgres.location("realeyez")
    await migrate.upgrade(location)
    await _new_key(location, "the newsroom, so far")
    async with Store.running(location, patience=WITHIN) as store:
        (old,) = [key for key in await store.keys() if key.name == "the newsroom, so far"]
    (rotate,) = blocks("Rotate keys")
    said = operator.types(rotate.replace("ID\n", f"{old.id}\n"))
    assert "the newsroom, from December" in said
    assert f"Key {old.id} opens nothing any more." in said


def test_a_sqlite_file_is_copied_while_it_is_in_use(tmp_path: Path) -> None:
    _, copy = blocks("Back up")
    user = sqlite3.connect(tmp_path / "realeyez.db")
    user.execute("CREATE TABLE keys (id)")
    user.execute("INSERT INTO keys VALUES ('one')")
    user.commit()
    subprocess.run(["bash", "-euc", copy], cwd=tmp_path, check=True)
    assert sqlite3.connect(tmp_path / "copy.db").execute("SELECT * FROM keys").fetchall() == [
        ("one",)
    ]
    user.close()


def test_the_replicas_named_are_composes() -> None:
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    named = set(re.findall(r"\brealeyez-\d\b", TEXT))
    assert named == {name for name in services if re.fullmatch(r"realeyez-\d", name)}
    address = services["grafana"]["networks"]["monitoring"]["ipv4_address"]
    assert f"ssh -L 3000:{address}:3000" in TEXT


def test_the_kustomization_of_ones_own_builds(tmp_path: Path) -> None:
    (own,) = blocks("Kubernetes", "yaml")
    up = "../" * (len(tmp_path.resolve().parts) - 1)
    own = own.replace("../deploy", f"{up}{ROOT.relative_to('/')}/deploy")
    (tmp_path / "kustomization.yaml").write_text(own)
    found = objects(tmp_path)
    ingress = of_kind(found, "Ingress")["spec"]
    assert ingress["rules"][0]["host"] == ingress["tls"][0]["hosts"][0] == "pictures.example.org"
    for kind in ("Deployment", "Job"):
        (container,) = pod_spec(of_kind(found, kind))["containers"]
        assert container["image"] == f"docker.io/realeyez/realeyez@sha256:{'0' * 64}"


def test_what_kubectl_is_told_to_touch_is_there() -> None:
    told = "\n".join(blocks("Kubernetes"))
    names = {
        item["metadata"]["name"]
        for build in BUILDS
        for item in objects(ROOT / "deploy/kubernetes" / build)
    }
    for kind, name in re.findall(r"\b(job|pod|deployment)[/ ](realeyez\S*)", told):
        assert name in names, f"{kind} {name}"
    for file in re.findall(r"deploy/kubernetes/\S+", told):
        assert (ROOT / file).exists()
    secrets = set(re.findall(r"create secret generic (\S+)", told))
    base = yaml.safe_dump(objects(ROOT / "deploy/kubernetes/base"))
    assert secrets == {"realeyez-database", "realeyez-metrics"}
    for secret in secrets:
        assert f"name: {secret}\n" in base
