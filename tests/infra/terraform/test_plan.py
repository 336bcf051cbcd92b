"""Production with everything but the GPU switched on: counted, tagged, and held to policy.

Budget, training and EKS are planned here, and not applied (`terraform/README.md` says why).
"""

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.infra.terraform.conftest import TERRAFORM, Terraform, cost_table, machines

pytestmark = pytest.mark.slow

CHECKOV = Path(os.environ.get("REALEYEZ_CHECKOV", ROOT / ".venv-checkov" / "bin" / "checkov"))
IMAGE = f"docker.io/realeyez/realeyez@sha256:{'0' * 64}"

PRODUCTION = """
domain_name      = "realeyez.test"
zone_id          = "{zone}"
emails           = ["ops@example.org"]
image            = "{image}"
model            = "s3://realeyez-prod-models-123456789012/realeyez-b0/0.2.0"
training_image   = "{image}"
eks              = true
deploy_role_arns = ["arn:aws:iam::123456789012:role/deploy"]
webhook_cidrs    = ["192.30.252.0/22", "185.199.108.0/22", "140.82.112.0/20", "143.55.64.0/20"]
"""

Planned = list[dict[str, Any]]


@pytest.fixture(scope="module")
def plan_file(tree: Path, aws: dict[str, str], zone: str) -> Path:
    folder = tree / "terraform" / "environments" / "prod"
    (folder / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    (folder / "terraform.tfvars").write_text(PRODUCTION.format(zone=zone, image=IMAGE))
    terraform = Terraform(folder, aws)
    terraform.init()
    terraform("plan", "-no-color", "-out=plan")
    said = terraform.run("show", "-json", "plan")
    path = folder / "plan.json"
    path.write_text(said.stdout)
    return path


@pytest.fixture(scope="module")
def planned(plan_file: Path) -> Planned:
    changes = json.loads(plan_file.read_text())["resource_changes"]
    return [change for change in changes if change["mode"] == "managed"]


def test_every_module_has_its_part(planned: Planned) -> None:
    assert len(planned) >= 40
    modules = Counter(change["module_address"].split(".")[3].split("[")[0] for change in planned)
    assert set(modules) == {
        "encryption", "network", "storage", "database", "service",
        "monitoring", "ci", "training", "eks", "budget",
    }  # fmt: skip


def test_everything_that_takes_tags_says_whose_it_is(planned: Planned) -> None:
    taggable = [change["change"]["after"] for change in planned]
    taggable = [after["tags_all"] for after in taggable if "tags_all" in after]
    assert len(taggable) > 40
    for tags in taggable:
        assert tags["Project"] == "realeyez"
        assert tags["Environment"] == "prod"


def test_aws_takes_every_tag_and_description(planned: Planned) -> None:
    """Rules of AWS that neither the provider nor moto knows."""
    for change in planned:
        after = change["change"]["after"]
        for value in (after.get("tags_all") or {}).values():
            assert re.fullmatch(r"[\w +\-=.:/@]*", value), f"{change['address']}: {value}"
        if "security_group" in change["type"]:
            said = after.get("description", "")
            assert re.fullmatch(r"[\w. :/()#,@\[\]+=&;{}!$*-]*", said), (
                f"{change['address']}: {said}"
            )


def test_production_is_protected_and_doubled(planned: Planned) -> None:
    (database,) = _of(planned, "aws_db_instance")
    assert database["multi_az"]
    assert database["deletion_protection"]
    assert len(_of(planned, "aws_nat_gateway")) == 2
    assert not any(bucket["force_destroy"] for bucket in _of(planned, "aws_s3_bucket"))
    (group,) = [after for after in _of(planned, "aws_autoscaling_group") if after["name"]]
    assert group["min_size"] == 2


def test_nothing_is_open_but_the_balancer(planned: Planned) -> None:
    rules = _of(planned, "aws_vpc_security_group_ingress_rule")
    assert {rule["from_port"] for rule in rules if rule["cidr_ipv4"] == "0.0.0.0/0"} == {80, 443}
    assert all(rule["from_port"] != 22 for rule in rules)


def test_its_machines_are_in_the_costs(planned: Planned) -> None:
    assert len(machines(planned)) == 4
    for size in machines(planned):
        assert f" {size}" in cost_table("prod"), size


def test_policy_holds_for_the_plan(plan_file: Path) -> None:
    _checkov("--file", str(plan_file), "--config-file", str(TERRAFORM / "plan.checkov.yaml"))


def test_what_the_policy_cannot_see_is_encrypted_with_the_key(planned: Planned) -> None:
    """The checks that plan.checkov.yaml skips."""
    keys = {
        "aws_sns_topic": "kms_master_key_id",
        "aws_secretsmanager_secret": "kms_key_id",
        "aws_cloudwatch_log_group": "kms_key_id",
        "aws_ebs_volume": "kms_key_id",
        "aws_db_instance": "performance_insights_kms_key_id",
    }
    changes = [change for change in planned if change["type"] in keys]
    assert {change["type"] for change in changes} == set(keys)
    without = [
        change["address"]
        for change in changes
        if change["change"]["after_unknown"].get(keys[change["type"]]) is not True
    ]
    assert without == []


def test_policy_holds_for_the_sources() -> None:
    _checkov("--directory", str(TERRAFORM), "--framework=terraform")


def _of(planned: Planned, kind: str) -> Planned:
    return [change["change"]["after"] for change in planned if change["type"] == kind]


def _checkov(*arguments: str) -> None:
    if not CHECKOV.is_file():
        pytest.fail(f"{CHECKOV} is not there: `make .venv-checkov/ready` makes it")
    done = subprocess.run(
        [CHECKOV, *arguments, "--skip-download", "--quiet", "--compact", "--output=json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=TERRAFORM,
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    summary = report["summary"]
    assert summary["parsing_errors"] == 0
    assert summary["passed"] > 100
    failed = [
        f"{check['check_id']} {check['resource']}: {check['check_name']}"
        for check in report["results"]["failed_checks"]
    ]
    assert failed == []
    assert done.returncode == 0
