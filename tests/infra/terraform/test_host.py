"""The scripts of hosts and jobs, run for real with `aws` and `docker` that only write down."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from tests.infra.terraform.conftest import TERRAFORM

HOST = TERRAFORM / "modules" / "service" / "host"
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/realeyez@sha256:{'a' * 64}"
PASSWORD = "p@ss/w:rd?#%"  # noqa: S105
METRICS = """
realeyez_step_seconds_sum{priority="feed",step="queue"} 3.0
realeyez_step_seconds_count{priority="feed",step="queue"} 10.0
realeyez_step_seconds_sum{priority="interactive",step="queue"} 1.0
realeyez_step_seconds_count{priority="interactive",step="queue"} 10.0
realeyez_step_seconds_sum{priority="feed",step="inference"} 99.0
realeyez_step_seconds_count{priority="feed",step="inference"} 10.0
"""

AWS = """#!/usr/bin/env bash
echo "aws $*" >>"$CALLS"
case "$*" in
  *"--query VersionId"*) echo "$VERSION" ;;
  *get-secret-value*) cat "$SECRET" ;;
  *get-login-password*) echo token ;;
esac
"""
DOCKER = """#!/usr/bin/env bash
echo "docker $*" >>"$CALLS"
case "$1" in
  image) exit 1 ;;
  login) cat >/dev/null ;;
  run) echo "database $REALEYEZ_DATABASE" >>"$CALLS" ;;
esac
"""
SYSTEMCTL = '#!/usr/bin/env bash\necho "systemctl $*" >>"$CALLS"\n'


class Machine:
    """A host's folders in a temporary one, and what its programs were called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        programs = {"aws": AWS, "docker": DOCKER, "systemctl": SYSTEMCTL}
        (folder / "bin").mkdir()
        for name, text in programs.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        secret = {"username": "realeyez", "password": PASSWORD}
        (folder / "secret").write_text(
            json.dumps({"VersionId": "one", "SecretString": json.dumps(secret)})
        )
        (folder / "rds.pem").write_text("a certificate")
        (folder / "service.env").write_text("REALEYEZ_HOST=0.0.0.0\n")
        self.configure(GPUS="")

    def configure(self, **values: str) -> None:
        host = {
            "AWS_REGION": "eu-west-1",
            "IMAGE": IMAGE,
            "LOG_GROUP": "/realeyez/test/service",
            "SCALING_GROUP": "realeyez-test",
            "DATABASE_ADDRESS": "db.internal",
            "DATABASE_NAME": "realeyez",
            "DATABASE_SECRET": "arn:secret",
            "DATABASE_CA": str(self.folder / "rds.pem"),
            "METRICS_NAMESPACE": "RealEyez",
        } | values
        text = "".join(f"{name}='{value}'\n" for name, value in host.items())
        (self.folder / "host.env").write_text(text)

    def run(self, script: str, *arguments: str, **environment: str) -> list[str]:
        """Run a script, and return the lines that its programs wrote down."""
        self.calls.write_text("")
        subprocess.run(
            [HOST / script, *arguments],
            check=True,
            env=os.environ
            | {
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "CALLS": str(self.calls),
                "SECRET": str(self.folder / "secret"),
                "REALEYEZ_CONFIG": str(self.folder),
                "REALEYEZ_STATE": str(self.folder),
            }
            | environment,
        )
        return self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _docker_run(calls: list[str]) -> str:
    (call,) = [call for call in calls if call.startswith("docker run ")]
    return call


def test_the_service_runs_locked_down_and_by_digest(machine: Machine) -> None:
    calls = machine.run("realeyez.sh", "serve")
    run = _docker_run(calls)
    assert run.endswith(IMAGE)
    for option in ("--read-only", "--cap-drop ALL", "no-new-privileges", "--log-driver awslogs"):
        assert option in run
    assert "--gpus" not in run
    assert f"docker pull --quiet {IMAGE}" in calls
    assert any(call.startswith("docker login") and IMAGE.split("/")[0] in call for call in calls)


def test_the_password_is_encoded_and_in_no_list_of_processes(machine: Machine) -> None:
    calls = machine.run("realeyez.sh", "serve")
    expected = "postgresql://realeyez:p%40ss%2Fw%3Ard%3F%23%25@db.internal/realeyez"
    assert f"database {expected}?sslmode=verify-full" in calls
    assert "--env REALEYEZ_DATABASE " in _docker_run(calls)
    assert "p%40ss" not in _docker_run(calls)


def test_other_commands_run_beside_the_service(machine: Machine) -> None:
    run = _docker_run(machine.run("realeyez.sh", "keys", "create", "the newsroom"))
    assert run.endswith(f"--entrypoint realeyez {IMAGE} keys create the newsroom")
    assert "--name realeyez" not in run


def test_a_gpu_is_passed_on(machine: Machine) -> None:
    machine.configure(GPUS="all")
    assert "--gpus all" in _docker_run(machine.run("realeyez.sh", "serve"))


def test_another_password_restarts_the_service(machine: Machine) -> None:
    machine.run("realeyez.sh", "serve")
    unchanged = machine.run("realeyez-secret.sh", VERSION="one")
    assert not any(call.startswith("systemctl") for call in unchanged)
    changed = machine.run("realeyez-secret.sh", VERSION="two")
    assert "systemctl restart realeyez.service" in changed


class _Metrics(http.server.BaseHTTPRequestHandler):
    text = METRICS

    def do_GET(self) -> None:
        assert self.path == "/metrics"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Metrics) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _seconds(calls: list[str]) -> float:
    (call,) = [call for call in calls if "put-metric-data" in call]
    assert "--dimensions AutoScalingGroupName=realeyez-test" in call
    return float(call.rpartition("--value ")[2])


def test_the_queue_is_told_of_since_the_last_time(
    machine: Machine, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(text: str) -> float:
        monkeypatch.setattr(_Metrics, "text", text)
        return _seconds(machine.run("realeyez-queue.sh", REALEYEZ_URL=service))

    assert tell(METRICS) == pytest.approx(4.0 / 20)  # both priorities
    assert tell(METRICS) == 0  # no picture since
    later = METRICS.replace("3.0", "5.0", 1).replace("10.0", "14.0", 1)
    assert tell(later) == pytest.approx(2.0 / 4)
    restarted = later.replace("14.0", "2.0", 1).replace("10.0", "0.0", 1).replace("1.0", "0.0", 1)
    assert tell(restarted) == pytest.approx(5.0 / 2)


def test_a_service_that_is_down_is_not_told_to_be_idle(machine: Machine) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        machine.run("realeyez-queue.sh", REALEYEZ_URL="http://127.0.0.1:1")
    assert machine.calls.read_text() == ""


TRAIN = """#!/usr/bin/env bash
if [ "$1" = -m ]; then echo "$*" >"$CALLS"; else exec "$PYTHON" "$@"; fi
"""


def _train(tmp_path: Path, bucket: str, dataset: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "python").write_text(TRAIN)
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / "work").mkdir(exist_ok=True)
    return subprocess.run(
        [TERRAFORM / "modules" / "training" / "job.sh", dataset, "first", "none"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "CALLS": str(tmp_path / "calls"),
            "TMPDIR": str(tmp_path / "work"),
            "DATA_BUCKET": bucket,
        },
    )


def test_a_training_job_fetches_its_data_and_mirrors_its_run(bucket: str, tmp_path: Path) -> None:
    s3 = boto3.client("s3")
    s3.put_object(Bucket=bucket, Key="data/first/manifest.csv", Body=b"path,label\n")
    done = _train(tmp_path, bucket, "data/first")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "work" / "data" / "manifest.csv").read_text() == "path,label\n"
    assert (tmp_path / "calls").read_text() == (
        "-m realeyez_training train --data data --weights none --run run"
        f" --mirror s3://{bucket}/runs/first\n"
    )


def test_a_training_job_without_data_says_so(bucket: str, tmp_path: Path) -> None:
    done = _train(tmp_path, bucket, "data/nowhere")
    assert done.returncode == 1
    assert "data/nowhere holds no manifest.csv" in done.stderr
