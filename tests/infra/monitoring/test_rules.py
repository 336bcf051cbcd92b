"""Rules: what they say of themselves, and each alert quiet and firing."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.monitoring.world import MONITORING, faster

RULES = sorted((MONITORING / "prometheus" / "rules").glob("*.yml"))
TESTS = sorted((MONITORING / "prometheus" / "tests").glob("*.yml"))
RUNBOOKS = MONITORING / "runbooks"


def rules() -> Iterator[dict[str, Any]]:
    for path in RULES:
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}


def promtool(*arguments: str | Path) -> str:
    done = subprocess.run(
        ["promtool", *arguments],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_prometheus_takes_every_rule() -> None:
    said = promtool("check", "rules", "--lint-fatal", *RULES)
    assert said.count("SUCCESS") == len(RULES)


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (tmp_path / "metrics-key").touch()
    text = (MONITORING / "prometheus" / "prometheus.yml").read_text()
    text = text.replace("secrets/metrics-key", str(tmp_path / "metrics-key"))
    text = text.replace("rules/*.yml", f"{MONITORING}/prometheus/rules/*.yml")
    text = text.replace("targets/", f"{MONITORING}/prometheus/targets/")
    (tmp_path / "prometheus.yml").write_text(text)
    assert "rules found" in promtool("check", "config", tmp_path / "prometheus.yml")


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should(test: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", test)


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_how_bad_what_and_what_to_do(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"page", "ticket", "none"}
    assert rule["labels"]["area"]
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook_url"] == f"monitoring/runbooks/{name}.md"
    runbook = (ROOT / rule["annotations"]["runbook_url"]).read_text()
    assert runbook.startswith(f"# {name}\n")
    for part in ("## What it means", "## What to look at", "## What to do"):
        assert re.search(f"^{part}\n\n.{{20,}}", runbook, re.M), part


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_is_shown_quiet_and_firing(name: str) -> None:
    shown = [
        bool(case["exp_alerts"])
        for path in TESTS
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == name
    ]
    assert True in shown
    assert False in shown or name == "Watchdog"  # it is never quiet


def test_no_runbook_is_left_over() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(ALERTS)


def test_names_are_unique() -> None:
    names = [(rule.get("alert") or rule["record"], str(rule.get("labels"))) for rule in rules()]
    assert len(names) == len(set(names))


def test_faster_rules_differ_in_durations_alone() -> None:
    for path in RULES:
        text = path.read_text()
        fast = faster(text, 60)
        duration = r"(\[|for: )\d+(ms|[smhd])\b"
        assert re.sub(duration, r"\1", fast) == re.sub(duration, r"\1", text)
    assert faster("rate(x[5m]) > 5  for: 2m", 60) == "rate(x[5000ms]) > 5  for: 2000ms"
