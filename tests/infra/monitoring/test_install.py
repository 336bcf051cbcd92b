"""The monitoring host's installer, as Terraform's user data runs it: from nothing, again, changed.

Docker is stood in for by Debian's packages of the same programs, AWS by moto.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.conftest import ROOT
from tests.infra.monitoring.daemons import Prometheus, answers, get_json, wait_for
from tests.infra.monitoring.stand_in_docker import alive
from tests.infra.monitoring.world import MONITORING
from tests.serving import free_port

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="the installer gives folders to other users: it wants root"
)

PARTS = ("prometheus", "alertmanager", "node", "blackbox", "grafana")
AWS = """#!/bin/sh
[ -s "$METRICS_KEY_FILE" ] && cat "$METRICS_KEY_FILE"
"""


class Host:
    """A machine's folders in a temporary one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundle = Path(shutil.copytree(MONITORING, folder / "bundle"))
        for script in self.bundle.rglob("*.sh"):
            script.chmod(0o644)  # as S3 gives them
        configuration = self.bundle / "prometheus" / "prometheus.yml"
        configuration.write_text(configuration.read_text().replace("15s", "1s"))  # no more waiting
        self.state = folder / "docker"
        self.state.mkdir()
        (folder / "bin").mkdir()
        docker = folder / "bin" / "docker"
        stand_in = Path(__file__).parent / "stand_in_docker.py"
        docker.write_text(f'#!/bin/sh\nexec {sys.executable} {stand_in} "$@"\n')
        (folder / "bin" / "aws").write_text(AWS)
        for program in (folder / "bin").iterdir():
            program.chmod(0o755)
        self.ports = {f"{name.upper()}_PORT": str(free_port()) for name in PARTS}
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "DOCKER_STATE": str(self.state),
            "METRICS_KEY_FILE": str(folder / "key"),
            "CONFIG": str(folder / "etc"),
            "DATA": str(folder / "data"),
            "ENVIRONMENT": "realeyez-test",
            "SERVICE": "127.0.0.1:1",
        } | self.ports

    def install(self, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", self.bundle / "install" / "install.sh"],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment | more,
        )

    def started(self, **more: str) -> set[str]:
        """Which containers a run of the installer has started; it must succeed."""
        done = self.install(**more)
        assert done.returncode == 0, done.stderr
        assert "install: ready" in done.stderr
        said = "install: starting "
        return {
            line.removeprefix(said) for line in done.stderr.splitlines() if line.startswith(said)
        }

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[f'{part.upper()}_PORT']}"

    @property
    def prometheus(self) -> Prometheus:
        return Prometheus(self.url("prometheus"))

    def pids(self) -> list[int]:
        return [json.loads(path.read_text())["pid"] for path in self.state.glob("*.json")]

    def stop(self) -> None:
        for pid in self.pids():
            os.kill(pid, signal.SIGTERM)
            wait_for(f"the end of {pid}", lambda pid=pid: not alive(pid))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    host = Host(tmp_path_factory.mktemp("host"))
    yield host
    host.stop()


def test_everything_is_set_up_from_nothing(host: Host) -> None:
    assert host.started() == set(PARTS)
    assert len(host.pids()) == len(PARTS)
    own = ("prometheus", "alertmanager", "node")
    wait_for(
        "figures of all",
        lambda: all(host.prometheus.targets().get(job) == {"up"} for job in own),
    )
    assert len(host.prometheus.rules()) > 70
    told = wait_for(
        "somebody to tell alerts",
        lambda: get_json(f"{host.prometheus.url}/api/v1/alertmanagers")["data"][
            "activeAlertmanagers"
        ],
    )
    assert [one["url"] for one in told] == [f"{host.url('alertmanager')}/api/v2/alerts"]
    in_use = get_json(f"{host.prometheus.url}/api/v1/status/config")["data"]["yaml"]
    assert "environment: realeyez-test" in in_use


def test_again_it_changes_nothing(host: Host) -> None:
    before = host.pids()
    assert host.started() == set()
    assert host.pids() == before


def test_a_part_that_died_is_started(host: Host) -> None:
    pid = json.loads((host.state / "node.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_for("its end", lambda: not alive(pid))
    assert host.started() == {"node"}


def test_only_what_changed_is_started_anew(host: Host) -> None:
    secret = host.folder / "data" / "secrets" / "slack-url"
    secret.write_text("https://slack.example/T/B/secret")
    assert host.started() == {"alertmanager"}
    in_use = get_json(f"{host.url('alertmanager')}/api/v2/status")["config"]["original"]
    assert "slack_configs" in in_use
    assert "T/B/secret" not in in_use
    assert (host.folder / "etc" / "alertmanager").stat().st_mode & 0o077 == 0
    assert host.started(SITE_URL="https://127.0.0.1:1") == {"prometheus"}
    assert "blackbox" in wait_for("another target", host.prometheus.targets)


def test_what_is_wrong_is_refused_and_all_stays_as_it_was(host: Host) -> None:
    rules = host.bundle / "prometheus" / "rules" / "model.yml"
    right, before = rules.read_text(), host.pids()
    rules.write_text(right.replace("expr:", "expr: (", 1))
    done = host.install(SITE_URL="https://127.0.0.1:1")
    rules.write_text(right)
    assert done.returncode != 0
    assert "model.yml" in done.stderr
    assert host.pids() == before
    assert answers(f"{host.prometheus.url}/-/healthy")
    assert host.started(SITE_URL="https://127.0.0.1:1") == set()


def test_a_way_without_its_settings_is_refused(host: Host) -> None:
    done = host.install(EMAIL_TO="ops@example.org")
    assert done.returncode != 0
    assert "EMAIL_FROM is needed for email" in done.stderr


def test_hosts_on_ec2_are_found_by_their_tags(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = {
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    (host.folder / "key").write_text("rk_a_key\n")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    address, port = server.get_host_and_port()
    endpoint = f"http://{address}:{port}"
    try:
        ec2 = boto3.client("ec2", region_name="eu-west-1", endpoint_url=endpoint)
        names = {"realeyez-test": "service", "realeyez-test-ci": "ci"}
        made = {
            name: ec2.run_instances(
                ImageId="ami-12c6146b",
                MinCount=1,
                MaxCount=1,
                TagSpecifications=[
                    {
                        "ResourceType": "instance",
                        "Tags": [{"Key": "Name", "Value": name}, {"Key": "Role", "Value": role}],
                    }
                ],
            )["Instances"][0]["InstanceId"]
            for name, role in names.items()
        }
        started = host.started(
            **aws,
            AWS_ENDPOINT_URL=endpoint,
            SERVICE_NAME_TAG="realeyez-test",
            SERVICE_PORT="8000",
            METRICS_KEY_SECRET="arn:secret",  # noqa: S106
            ALERTS_TOPIC="arn:aws:sns:eu-west-1:123456789012:alerts",
        )
        assert started == {"prometheus", "alertmanager"}

        def found() -> set[tuple[str, str]]:
            targets = get_json(f"{host.prometheus.url}/api/v1/targets")["data"]["activeTargets"]
            return {
                (target["labels"]["job"], target["labels"]["instance"])
                for target in targets
                if target["scrapePool"].endswith("-ec2")
            }

        here = made["realeyez-test"]  # a size without a GPU
        wait_for("the host", lambda: found() == {("realeyez", here), ("node", here)})
        key = host.folder / "etc" / "prometheus" / "secrets" / "metrics-key"
        assert key.read_text() == "rk_a_key\n"
        in_use = get_json(f"{host.url('alertmanager')}/api/v2/status")["config"]["original"]
        assert "arn:aws:sns:eu-west-1:123456789012:alerts" in in_use
    finally:
        server.stop()


def test_hosts_of_the_service_run_the_same_exporter() -> None:
    images = (MONITORING / "install" / "images.env").read_text()
    (ours,) = re.findall(r"^NODE_EXPORTER=(.+)$", images, re.M)
    unit = ROOT / "terraform" / "modules" / "service" / "host" / "realeyez-node.service"
    assert f" {ours} " in unit.read_text()


def test_images_are_pinned() -> None:
    for line in (MONITORING / "install" / "images.env").read_text().splitlines():
        if not line.startswith("#"):
            name, digest = line.partition("=")[2].split("@sha256:")
            assert name.count(":") == 1
            assert len(digest) == 64
