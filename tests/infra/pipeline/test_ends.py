"""What is run around the stages: people are told, the service is tried, nothing is left."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import Workspace
from tests.serving import serving


@pytest.fixture
def room() -> Iterator[tuple[str, list[str]]]:
    """Somewhere people are told: its address, and what they have read."""
    read: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            read.append(json.loads(body)["text"])
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", read
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("waiting", "waits for approval to deploy to dev"),
        ("deployed", "is deployed to dev"),
        ("failed", "has FAILED"),
    ],
)
def test_people_are_told(
    workspace: Workspace, room: tuple[str, list[str]], event: str, said: str
) -> None:
    url, read = room
    workspace.passes(
        "notify.sh", event, NOTIFY_URL=url, ENVIRONMENT="dev", BUILD_URL='https://j/1/"&'
    )
    (text,) = read
    assert said in text
    assert text.startswith("RealEyez main ")
    assert text.endswith('https://j/1/"&')


def test_a_build_does_not_fail_because_nobody_can_be_told(
    workspace: Workspace, room: tuple[str, list[str]]
) -> None:
    url, _ = room
    assert "nobody could be told" in workspace.passes(
        "notify.sh", "failed", NOTIFY_URL=f"{url}/broken"
    )
    assert "NOTIFY_URL is not set" in workspace.passes("notify.sh", "failed")
    workspace.fails("notify.sh", "tea")


def test_nothing_is_left(workspace: Workspace) -> None:
    folder = "terraform/environments/dev"
    secret = [
        workspace.write("build/ci/docker/config.json", "{}"),
        workspace.write("build/ci/candidate.key", "rk_1"),
        workspace.write(f"{folder}/plan", "plan"),
    ]
    accounts = [
        workspace.write(f"{folder}/{name}", "x") for name in ("backend.hcl", "terraform.tfvars")
    ]
    report = workspace.write("artifacts/ci/junit.xml", "<x/>")
    workspace.passes("clean.sh")
    assert not any(file.exists() for file in secret)
    assert all(file.exists() for file in [*accounts, report])  # by hand they are somebody's own
    workspace.passes("clean.sh", CI="true")
    assert not any(file.exists() for file in accounts)


# The smoke test, against a real service


def _smoke(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "ci" / "smoke.sh", url],
        env=os.environ | environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def test_a_service_that_works_passes_and_one_that_does_not_fails(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/realeyez.db"
    made = subprocess.run(
        [sys.executable, "-m", "realeyez", "keys", "create", "smoke"],
        env=os.environ | {"REALEYEZ_DATABASE": database},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    key = made.stdout.strip()
    settings = {"keys": "required", "database": database, "hosts": "realeyez.test"}
    with serving(tmp_path, **settings) as service:
        # By a name of the world's, as through a balancer; the service stands in for the proxy too.
        world = {"http_proxy": service.url, "no_proxy": ""}
        works = _smoke("http://realeyez.test", SMOKE_KEY=key, **world)
        wrong_key = _smoke("http://realeyez.test", SMOKE_KEY="rk_1_2", **world)
        local = _smoke(service.url, SMOKE_KEY=key)  # this machine may read its metrics
    assert works.returncode == 0, works.stdout
    assert "answers, and is closed where it should be" in works.stdout
    assert wrong_key.returncode == 1
    assert "no verdict: 401" in wrong_key.stdout
    assert local.returncode == 1
    assert "/metrics is open to everybody: 200" in local.stdout

    gone = _smoke(service.url, SMOKE_KEY=key, SMOKE_SECONDS="0")
    assert gone.returncode == 1
    assert "not ready" in gone.stdout
    assert "SMOKE_KEY is not set" in _smoke(service.url, SMOKE_KEY="").stdout
