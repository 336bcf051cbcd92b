"""Who hears which alert, in which ways, and what is no news."""

import json
import os
import subprocess
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from tests.infra.monitoring.daemons import get_json, wait_for
from tests.infra.monitoring.test_rules import ALERTS
from tests.infra.monitoring.world import MONITORING, alertmanager
from tests.serving import free_port

FOLDER = MONITORING / "alertmanager"
CONFIGURATION = FOLDER / "alertmanager.yml"
SETTINGS = {
    "EMAIL_TO": "ops@example.org",
    "EMAIL_FROM": "realeyez@example.org",
    "SMTP_HOST": "smtp.example.org:587",
    "SMTP_USER": "realeyez",
    "ALERTS_TOPIC": "arn:aws:sns:eu-west-1:123456789012:realeyez-alerts",
    "AWS_REGION": "eu-west-1",
    "HEARTBEAT_URL": "https://heartbeat.example/id",
}
WAYS = sorted(path.stem for path in (FOLDER / "ways").glob("*.yml"))


def render(*ways: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FOLDER / "render.sh", *ways],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]} | environment,
    )


def amtool(*arguments: str | Path) -> str:
    done = subprocess.run(["amtool", *arguments], check=False, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_committed_configuration_is_up_to_date() -> None:
    assert render("slack").stdout == CONFIGURATION.read_text()
    assert "3 receivers" in amtool("check-config", CONFIGURATION)


@pytest.mark.parametrize("ways", [[], *([way] for way in WAYS), WAYS], ids="+".join)
def test_every_choice_of_ways_is_a_configuration(ways: list[str], tmp_path: Path) -> None:
    made = render(*ways, **SETTINGS)
    assert made.returncode == 0, made.stderr
    (tmp_path / "alertmanager.yml").write_text(made.stdout)
    amtool("check-config", tmp_path / "alertmanager.yml")
    assert "@" not in made.stdout.replace("@example.org", "")
    receivers = {one["name"]: one for one in yaml.safe_load(made.stdout)["receivers"]}
    told = {f"{way}_configs" for way in ways if way != "heartbeat"}
    assert receivers["page"].keys() - {"name"} == told
    assert receivers["ticket"].keys() - {"name"} == told
    assert ("webhook_configs" in receivers["heartbeat"]) == ("heartbeat" in ways)


def test_a_missing_setting_stops_it() -> None:
    made = render("email", **(SETTINGS | {"SMTP_HOST": ""}))
    assert made.returncode == 1
    assert made.stdout == ""
    assert "SMTP_HOST is needed for email" in made.stderr


def test_secrets_are_files() -> None:
    for way in ("slack", "email"):
        text = (FOLDER / "ways" / f"{way}.yml").read_text()
        assert "_file: /etc/alertmanager/secrets/" in text
        assert "auth_password:" not in text
        assert "api_url:" not in text


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_heard_by_whom_it_should(name: str) -> None:
    labels = ALERTS[name]["labels"]
    expected = "heartbeat" if name == "Watchdog" else labels["severity"]
    found = amtool(
        "config",
        "routes",
        "test",
        f"--config.file={CONFIGURATION}",
        f"alertname={name}",
        *(f"{label}={value}" for label, value in labels.items()),
    )
    assert found.strip() == expected


def test_what_nobody_thought_of_is_heard_too() -> None:
    found = amtool(
        "config", "routes", "test", f"--config.file={CONFIGURATION}", "alertname=SomebodysOwn"
    )
    assert found.strip() == "ticket"


def alert(name: str, **labels: str) -> dict[str, object]:
    known = ALERTS[name]["labels"]
    return {
        "labels": {"alertname": name} | known | labels,
        "startsAt": datetime.now(UTC).isoformat(),
    }


def test_what_follows_from_another_alert_is_not_told(tmp_path: Path) -> None:
    """A real Alertmanager with every pair; the second of each is inhibited, its like is not."""
    disk, other_disk = {"instance": "a", "mountpoint": "/"}, {"instance": "b", "mountpoint": "/"}
    gpu, other_gpu = {"instance": "a", "gpu": "0"}, {"instance": "a", "gpu": "1"}
    told = [
        alert("ServiceDown", instance="a"),
        alert("AvailabilityBudgetBurnsFast", slo="availability"),
        alert("DiskNearlyFull", **disk),
        alert("CertificateExpiresSoon", instance="a"),
        alert("DatabaseDown", instance="a"),
        alert("GpuFaults", **gpu),
        alert("DiskFillsUp", **other_disk),
        alert("CertificateExpires", instance="b"),
        alert("GpuHot", **other_gpu),
        alert("CpuBusy", instance="a"),
    ]
    no_news = [
        alert("QueueTimeLong", priority="feed"),
        alert("AvailabilityBudgetBurnsSlowly", slo="availability"),
        alert("DiskFillsUp", **disk),
        alert("CertificateExpires", instance="a"),
        alert("DatabaseConnectionsRunOut", instance="a"),
        alert("GpuHot", **gpu),
    ]
    with alertmanager(tmp_path, CONFIGURATION, free_port()) as url:
        request = urllib.request.Request(
            f"{url}/api/v2/alerts",
            data=json.dumps(told + no_news).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=20).close()

        def inhibited() -> set[str] | None:
            found = get_json(f"{url}/api/v2/alerts")
            states = {json.dumps(one["labels"], sort_keys=True): one["status"] for one in found}
            hushed = {name for name, status in states.items() if status["inhibitedBy"]}
            return hushed if len(states) == len(told + no_news) and hushed else None

        def hushed_all() -> bool:
            return inhibited() == {json.dumps(one["labels"], sort_keys=True) for one in no_news}

        wait_for("inhibition of just these", hushed_all)
