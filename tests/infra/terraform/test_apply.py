"""The environment dev, applied to a moto server with its state on that server's S3, and destroyed.

The budget is left out: moto never finishes making one. `test_plan.py` plans it.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.conftest import ROOT
from tests.infra.terraform.conftest import Session, Terraform, cost_table, machines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

STATE = "realeyez-state-123456789012"
KEY = "realeyez/dev.tfstate"

DEV = """
domain_name = "dev.realeyez.test"
zone_id     = "{zone}"
emails      = ["you@example.org"]
image       = "docker.io/realeyez/realeyez@sha256:{zeros}"
budget_usd  = null
"""


@pytest.fixture(scope="module")
def dev(tree: Path, aws: dict[str, str], client: Session, zone: str) -> Terraform:
    """dev, its state in a bucket as `bootstrap` makes one (`test_bootstrap.py`)."""
    client("s3").create_bucket(Bucket=STATE)
    folder = tree / "terraform" / "environments" / "dev"
    (folder / "terraform.tfvars").write_text(DEV.format(zone=zone, zeros="0" * 64))
    (folder / "backend.hcl").write_text(
        f'bucket = "{STATE}"\nregion = "us-east-1"\nuse_path_style = true\n'
    )
    terraform = Terraform(folder, aws)
    terraform.init("-backend-config=backend.hcl")
    return terraform


def test_dev_is_applied_and_destroyed(dev: Terraform, client: Session) -> None:
    """One test: each step stands on the one before."""
    _is_locked_out_while_another_works(dev, client)

    dev("plan", "-no-color", "-out=plan", "-parallelism=30")
    plan = json.loads(dev.run("show", "-json", "plan").stdout)
    to_make = [change for change in plan["resource_changes"] if change["mode"] == "managed"]
    assert len(to_make) >= 40
    assert machines(to_make) == {"t3.medium", "t3.small", "db.t4g.micro"}
    assert all(f" {size}" in cost_table("dev") for size in machines(to_make))

    dev("apply", "-no-color", "-parallelism=30", "plan")
    state = _state(client)
    made = [entry for entry in state["resources"] if entry["mode"] == "managed"]
    assert sum(len(entry["instances"]) for entry in made) == len(to_make)
    _is_what_was_asked_for(client, state["outputs"]["realeyez"]["value"])
    _is_what_a_roll_back_goes_to(made)

    dev("destroy", "-no-color", "-auto-approve", "-parallelism=30", "-refresh=false")
    assert _state(client)["resources"] == []
    assert [name for name in _buckets(client) if name != STATE] == []
    assert client("rds").describe_db_instances()["DBInstances"] == []


def _is_locked_out_while_another_works(dev: Terraform, client: Session) -> None:
    lock = {"ID": "5e0a9c9e-0000-0000-0000-000000000000", "Who": "another", "Operation": "apply"}
    s3 = client("s3")
    s3.put_object(Bucket=STATE, Key=f"{KEY}.tflock", Body=json.dumps(lock))
    refused = dev.run("plan", "-no-color")
    assert refused.returncode == 1
    assert "Error acquiring the state lock" in refused.stdout
    s3.delete_object(Bucket=STATE, Key=f"{KEY}.tflock")


def _is_what_was_asked_for(client: Session, outputs: dict[str, str]) -> None:
    assert outputs["url"] == "https://dev.realeyez.test"

    (group,) = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert group["AutoScalingGroupName"] == outputs["scaling_group"]
    assert len(group["Instances"]) == 1

    (database,) = client("rds").describe_db_instances()["DBInstances"]
    assert database["StorageEncrypted"]
    assert database["MasterUserSecret"]["SecretArn"]
    with pytest.raises(ClientError):  # a version exists, and no state holds it
        client("secretsmanager").get_secret_value(SecretId=outputs["metrics_key_secret_arn"])

    artifacts = outputs["buckets"]["artifacts"]
    listed = client("s3").list_objects_v2(Bucket=artifacts)["Contents"]
    assert {"ci/install.sh", "monitoring/install/install.sh"} <= {entry["Key"] for entry in listed}

    balancers = client("elbv2")
    (balancer,) = balancers.describe_load_balancers()["LoadBalancers"]
    listeners = balancers.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])
    assert {entry["Port"]: entry["Protocol"] for entry in listeners["Listeners"]} == {
        80: "HTTP",
        443: "HTTPS",
    }


def _is_what_a_roll_back_goes_to(made: list[dict[str, Any]]) -> None:
    """The pipeline reads from the state, in the next plan, which image has run."""
    (template,) = [
        entry["instances"][0]["attributes"]
        for entry in made
        if entry["type"] == "aws_launch_template" and entry["module"].endswith("module.service")
    ]
    change = {
        "type": "aws_launch_template",
        "address": "module.realeyez.module.service.aws_launch_template.this",
        "change": {"before": template},
    }
    found = runpy.run_path(str(ROOT / "ci" / "image_before.py"))["image_before"]
    assert found({"resource_changes": [change]}).endswith(f"/realeyez@sha256:{'0' * 64}")


def _state(client: Session) -> dict[str, Any]:
    return json.loads(client("s3").get_object(Bucket=STATE, Key=KEY)["Body"].read())


def _buckets(client: Session) -> list[str]:
    return [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
