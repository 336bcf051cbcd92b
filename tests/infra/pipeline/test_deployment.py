"""Stages 9 to 11: plan, policy, deployment and the way back, with tools that write down.

At the end, 9 and 10 with a real Terraform and a real Checkov on dev, whose AWS is a moto server.
"""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import IMAGE, Workspace, as_json
from tests.infra.terraform.conftest import mirrors

BEFORE = f"docker.io/realeyez/realeyez@sha256:{'0' * 64}"
OUTPUTS = {
    "url": "https://dev.realeyez.test",
    "scaling_group": "realeyez-dev",
    "monitoring_instance_id": "i-1",
}


def _plan(before: str | None) -> dict[str, Any]:
    """A plan's JSON as far as it is read here."""
    user_data = base64.b64encode(f"#cloud-config\n- IMAGE='{before}'\\n".encode()).decode()
    return {
        "resource_changes": [
            {
                "type": "aws_launch_template",
                "address": "module.realeyez.module.service.aws_launch_template.this",
                "change": {"before": {"user_data": user_data} if before else None},
            }
        ]
    }


# Terraform as these stages meet it; FAIL names the calls that fail.
TERRAFORM = f"""
case "$*" in ${{FAIL:-none}}) exit 1 ;; esac
case "$*" in
  *'show -json'*) {as_json(_plan(BEFORE))} ;;
  *'show '*) echo 'Plan: 2 to add, 1 to change, 0 to destroy.' ;;
  *'output -json realeyez'*) {as_json(OUTPUTS)} ;;
  *' plan '*) echo 'binary plan' >"terraform/environments/$ENVIRONMENT/plan" ;;
esac
"""


@pytest.fixture
def planning(workspace: Workspace) -> Workspace:
    workspace.fake("terraform", TERRAFORM.replace(" ;;\n  *'sh", "\n;;\n  *'sh"))
    workspace.environment["ENVIRONMENT"] = "dev"
    workspace.released()
    return workspace


# 9: the plan


def test_the_plan_has_the_released_digest(planning: Workspace) -> None:
    backend = planning.write("secrets/backend", 'bucket = "b"\n')
    values = planning.write("secrets/values", 'domain_name = "d"\n')
    lock = planning.write("secrets/lock", "# hashes\n")
    planning.passes(
        "09-plan.sh", BACKEND_FILE=str(backend), TFVARS_FILE=str(values), LOCK_FILE=str(lock)
    )
    init, validate, plan, show, as_json = planning.of("terraform")
    assert init.startswith("-chdir=terraform/environments/dev init ")
    assert "-lockfile=readonly" in init
    assert "-backend-config=backend.hcl" in init
    assert "validate" in validate
    assert f"-var image={IMAGE} -out=plan" in plan
    assert show.endswith("plan")
    assert "-json" in as_json
    folder = planning.folder / "terraform/environments/dev"
    assert (folder / "terraform.tfvars").read_text() == 'domain_name = "d"\n'
    assert (folder / "terraform.tfvars").stat().st_mode & 0o077 == 0
    reports = planning.folder / "artifacts/ci/plan"
    assert {path.name for path in reports.iterdir()} == {"plan", "plan.txt", "plan.json"}


def test_the_role_is_taken_without_a_key(planning: Workspace) -> None:
    planning.fake("terraform", 'echo "$AWS_PROFILE $AWS_CONFIG_FILE" >>"$CALLS.role"\n' + TERRAFORM)
    planning.passes("09-plan.sh", DEPLOY_ROLE_ARN="arn:aws:iam::123456789012:role/deploy")
    profile, file = (planning.fakes / "calls.role").read_text().split()[:2]
    assert profile == "deploy"
    assert "role_arn = arn:aws:iam::123456789012:role/deploy\n" in Path(file).read_text()


@pytest.mark.parametrize("call", ["*init*", "*validate*", "*' plan '*", "*'show -json'*"])
def test_what_fails_the_plan(planning: Workspace, call: str) -> None:
    planning.fails("09-plan.sh", FAIL=call.replace("'", ""))


def test_there_are_two_environments(planning: Workspace) -> None:
    assert "dev or prod" in planning.fails("09-plan.sh", ENVIRONMENT="../..")
    assert planning.of("terraform") == []


# 10: policy


@pytest.fixture
def planned(planning: Workspace) -> Workspace:
    planning.write("artifacts/ci/plan/plan", "binary plan\n")
    planning.write("artifacts/ci/plan/plan.json", json.dumps(_plan(BEFORE)))
    planning.fake("checkov")
    planning.environment["CHECKOV"] = str(planning.fakes / "checkov")
    return planning


def test_a_plan_that_passes_is_marked(planned: Workspace) -> None:
    planned.passes("10-policy.sh")
    plan, rest = planned.of("checkov")
    assert f"--file {planned.folder}/artifacts/ci/plan/plan.json" in plan
    assert "--config-file plan.checkov.yaml" in plan
    assert "--config-file .checkov.yaml" in rest
    digest = hashlib.sha256(b"binary plan\n").hexdigest()
    mark = planned.folder / "artifacts/ci/plan/approved.sha256"
    assert mark.read_text() == f"{digest}  plan\n"


@pytest.mark.parametrize("which", ["*plan.json*", "*.checkov.yaml*"])
def test_a_failed_check_fails_the_stage(planned: Workspace, which: str) -> None:
    planned.fake("checkov", f'case "$*" in {which}) echo CKV_AWS_1 FAILED; exit 1 ;; esac')
    assert "CKV_AWS_1" in planned.fails("10-policy.sh")
    assert not (planned.folder / "artifacts/ci/plan/approved.sha256").exists()


def test_without_a_plan_there_is_nothing_to_pass(planning: Workspace) -> None:
    assert "stage 9" in planning.fails("10-policy.sh")


# 11: deployment


# Hosts that are renewed at once, each time under a new id.
AWS = """
file="$CALLS.renewals"
case "$*" in
  *RefreshId*) echo x >>"$file"; wc -l <"$file" ;;
  *Status*) echo "${RENEWAL:-Successful}" ;;
esac
"""


@pytest.fixture
def approved(planned: Workspace) -> Workspace:
    planned.passes("10-policy.sh")
    planned.fake("aws", AWS)
    planned.write("ci/smoke.sh", '#!/bin/sh\necho "smoke $1" >>"$CALLS.smoke"\n${SMOKE:-true}\n')
    return planned


def _applied(workspace: Workspace) -> list[str]:
    return [call.split()[-1] for call in workspace.of("terraform") if " apply " in call]


def test_the_approved_plan_is_applied_as_it_is(approved: Workspace) -> None:
    approved.passes("11-deploy.sh")
    assert _applied(approved) == ["plan"]
    assert not any(" plan " in call for call in approved.of("terraform"))
    assert (approved.fakes / "calls.smoke").read_text() == "smoke https://dev.realeyez.test\n"
    left = (approved.folder / "artifacts/ci/deployed.env").read_text()
    assert left == f"IMAGE={IMAGE}\nBEFORE={BEFORE}\n"


def test_another_plan_is_not_applied(approved: Workspace) -> None:
    approved.write("artifacts/ci/plan/plan", "another\n")
    assert "not the plan" in approved.fails("11-deploy.sh")
    assert _applied(approved) == []


def test_no_policy_no_deployment(approved: Workspace) -> None:
    (approved.folder / "artifacts/ci/plan/approved.sha256").unlink()
    approved.fails("11-deploy.sh")
    assert _applied(approved) == []


@pytest.mark.parametrize(
    "more",
    [{"SMOKE": "false"}, {"RENEWAL": "RollbackSuccessful"}, {"RENEWAL": "InProgress"}],
    ids=["smoke test", "hosts that do not start", "hosts that never start"],
)
def test_what_does_not_work_is_rolled_back(approved: Workspace, more: dict[str, str]) -> None:
    # The image from before works: the way back is smooth.
    approved.fake("terraform", TERRAFORM + 'case "$*" in *rollback) touch "$CALLS.back" ;; esac\n')
    approved.fake("aws", '[ ! -e "$CALLS.back" ] || RENEWAL=Successful\n' + AWS)
    approved.write("ci/smoke.sh", '#!/bin/sh\n[ -e "$CALLS.back" ] || ${SMOKE:-true}\n')
    said = approved.fails("11-deploy.sh", RENEW_TRIES="3", **more)
    assert _applied(approved) == ["plan", "rollback"]
    assert any(f"-var image={BEFORE} -out=rollback" in call for call in approved.of("terraform"))
    assert f"dev runs {BEFORE} again" in said
    assert not (approved.folder / "artifacts/ci/deployed.env").exists()


def test_an_apply_that_breaks_is_rolled_back(approved: Workspace) -> None:
    said = approved.fails("11-deploy.sh", FAIL="*apply*plan")
    assert _applied(approved) == ["plan", "rollback"]
    assert "runs" in said


def test_a_way_back_that_fails_calls_for_a_person(approved: Workspace) -> None:
    said = approved.fails("11-deploy.sh", SMOKE="false")
    assert "ROLL-BACK HAS FAILED TOO" in said


def test_the_first_deployment_has_no_way_back(approved: Workspace) -> None:
    approved.write("artifacts/ci/plan/plan.json", json.dumps(_plan(None)))
    assert "no image to go back to" in approved.fails("11-deploy.sh", SMOKE="false")
    assert _applied(approved) == ["plan"]


def test_where_no_host_is_renewed_nothing_is_waited_for(approved: Workspace) -> None:
    """The last renewal, of an earlier release, has failed: that is not this one's."""
    approved.fake("aws", 'case "$*" in *RefreshId*) echo 1 ;; *) echo Failed ;; esac')
    approved.passes("11-deploy.sh")


# 9 and 10 with the real programs


@pytest.mark.slow
def test_dev_is_really_planned_and_held_to_policy(
    workspace: Workspace, tree: Path, aws: dict[str, str], zone: str
) -> None:
    checkov = ROOT / ".venv-checkov" / "bin" / "checkov"
    checkov = Path(os.environ.get("REALEYEZ_CHECKOV", checkov))
    assert checkov.is_file(), f"{checkov} is not there: `make .venv-checkov/ready` makes it"
    folder = "terraform/environments/dev"
    workspace.write(f"{folder}/backend_override.tf", 'terraform {\n  backend "local" {}\n}\n')
    values = workspace.write(
        "secrets/values",
        f'domain_name = "realeyez.test"\nzone_id = "{zone}"\nemails = ["ops@example.org"]\n',
    )
    workspace.environment |= aws | {"ENVIRONMENT": "dev", "TFVARS_FILE": str(values)}
    if mirror := mirrors()[:1]:
        workspace.environment["TERRAFORM_INIT"] = f"-plugin-dir={mirror[0]}"
    workspace.released()

    said = workspace.passes("09-plan.sh")
    assert "Plan: " in said
    plan = json.loads((workspace.folder / "artifacts/ci/plan/plan.json").read_text())
    assert plan["variables"]["image"]["value"] == IMAGE
    assert len(plan["resource_changes"]) >= 40

    workspace.passes("10-policy.sh", CHECKOV=str(checkov))
    assert (workspace.folder / "artifacts/ci/plan/approved.sha256").exists()
