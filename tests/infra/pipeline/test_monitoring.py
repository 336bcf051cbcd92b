"""Stage 12: a Prometheus that watches passes, one that does not fails, here or on its host."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.infra.pipeline.conftest import Workspace, as_json
from tests.infra.pipeline.test_deployment import OUTPUTS

RULES = """
groups:
  - name: service
    rules:
      - alert: TargetDown
        expr: up == 0
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
"""


def _rule(name: str, health: str = "ok") -> dict[str, Any]:
    return {"name": name, "health": health}


def _target(health: str = "up") -> dict[str, Any]:
    labels = {"job": "realeyez", "instance": "i-2"}
    return {"health": health, "lastError": "refused" * (health != "up"), "labels": labels}


def _watching() -> dict[str, Any]:
    return {
        "targets": {"activeTargets": [_target()]},
        "rules": {"groups": [{"rules": [_rule("TargetDown"), _rule("job:requests:rate5m")]}]},
        "alertmanagers": {"activeAlertmanagers": [{"url": "http://127.0.0.1:9093"}]},
    }


@contextmanager
def _prometheus(says: dict[str, Any]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            part = self.path.removeprefix("/api/v1/").partition("?")[0]
            body = json.dumps({"status": "success", "data": says[part]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ruled(workspace: Workspace) -> Workspace:
    shutil.rmtree(workspace.folder / "monitoring")
    workspace.write("monitoring/prometheus/rules/service.yml", RULES)
    workspace.write("monitoring/prometheus/rules/service_test.yml", "- alert: NotARule\n")
    return workspace


def test_who_watches_passes(ruled: Workspace) -> None:
    with _prometheus(_watching()) as url:
        said = ruled.passes("12-monitoring.sh", PROMETHEUS_URL=url)
    assert "1 targets, 2 rules, 2 of them wanted" in said


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("targets", {"activeTargets": [_target("down")]}, "realeyez at i-2 is down: refused"),
        ("targets", {"activeTargets": []}, "no targets"),
        ("rules", {"groups": []}, "not loaded: TargetDown, job:requests:rate5m"),
        (
            "rules",
            {"groups": [{"rules": [_rule("TargetDown", "err"), _rule("job:requests:rate5m")]}]},
            "rule TargetDown is err",
        ),
        ("alertmanagers", {"activeAlertmanagers": []}, "no Alertmanager"),
    ],
)
def test_who_does_not_watch_fails(
    ruled: Workspace, part: str, value: dict[str, Any], said: str
) -> None:
    with _prometheus(_watching() | {part: value}) as url:
        told = ruled.fails("12-monitoring.sh", PROMETHEUS_URL=url, MONITORING_TRIES="2")
    assert told.count(said) == 2
    assert "monitoring does not watch" in told


def test_nobody_at_all_fails(ruled: Workspace) -> None:
    told = ruled.fails(
        "12-monitoring.sh", PROMETHEUS_URL="http://127.0.0.1:1", MONITORING_TRIES="1"
    )
    assert "no answer from Prometheus" in told


def test_no_rules_in_the_repository_fails(ruled: Workspace) -> None:
    (ruled.folder / "monitoring/prometheus/rules/service.yml").unlink()
    assert "has no rules" in ruled.fails("12-monitoring.sh", PROMETHEUS_URL="http://127.0.0.1:1")


def _aws(status: str, said: str) -> str:
    answer = {"Status": status, "StandardOutputContent": said, "StandardErrorContent": ""}
    return f'case "$*" in *send-command*) echo c-1 ;; *get-command*) {as_json(answer)} ;; esac'


@pytest.fixture
def on_host(ruled: Workspace) -> Workspace:
    ruled.fake("terraform", f'case "$*" in *output*) {as_json(OUTPUTS)} ;; esac')
    ruled.environment["ENVIRONMENT"] = "dev"
    return ruled


def test_the_host_is_asked_by_systems_manager(on_host: Workspace) -> None:
    on_host.fake("aws", _aws("Success", "4 targets"))
    assert "4 targets" in on_host.passes("12-monitoring.sh")
    send = on_host.of("aws")[0]
    assert "ssm send-command --instance-ids i-1 --document-name AWS-RunShellScript" in send
    # What is sent is the program that was tried above, with the rules' names.
    command = json.loads(send.partition("--parameters ")[2].partition(" --query")[0])["commands"][0]
    assert command.endswith("python3 - http://127.0.0.1:9090 TargetDown job:requests:rate5m")
    with _prometheus(_watching()) as url:
        here = command.replace("http://127.0.0.1:9090", url)
        subprocess.run(["bash", "-c", here], check=True)


def test_a_host_that_does_not_watch_fails(on_host: Workspace) -> None:
    on_host.fake("aws", _aws("Failed", "no targets"))
    assert "no targets" in on_host.fails("12-monitoring.sh", MONITORING_TRIES="1")


def test_a_host_that_is_not_there_yet_is_asked_again(on_host: Workspace) -> None:
    late = 'echo >>"$CALLS.n"; [ "$(wc -l <"$CALLS.n")" -gt 3 ] || exit 255\n'
    on_host.fake("aws", late + _aws("Success", "4 targets"))
    on_host.passes("12-monitoring.sh", MONITORING_TRIES="9")
