"""Terraform in a copy of the tree, and AWS as moto plays it, on loopback."""

import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import settings as moto_settings
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import ThreadedMotoServer
from tests.conftest import ROOT

TERRAFORM = ROOT / "terraform"
NEEDED = "1.11"


@dataclass(frozen=True)
class Terraform:
    """Terraform in one folder. A command that fails fails the test, with what it said."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        done = self.run(*arguments)
        assert done.returncode in allowed, f"terraform {' '.join(arguments)}\n{done.stdout}"
        return done.stdout

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env=os.environ | self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def init(self, *arguments: str) -> str:
        """Set up, with the provider of a mirror on this machine if there is one."""
        mirror = [f"-plugin-dir={path}" for path in mirrors()[:1]]
        return self("init", "-no-color", *mirror, *arguments)


def mirrors() -> list[Path]:
    """Folders that hold a file-system mirror of the registry, none of them far from the root."""
    named = os.environ.get("REALEYEZ_TERRAFORM_MIRROR")
    if named:
        return [Path(named)]
    found = [
        path.parent
        for depth in ("*", "*/*")
        for path in Path("/").glob(f"{depth}/registry.terraform.io")
    ]
    return [path for path in found if path.parts[1] not in ("proc", "sys", "tmp")]


def cost_table(environment: str) -> str:
    """The part of COSTS.md that is about an environment."""
    return (
        (TERRAFORM / "COSTS.md").read_text().partition(f"## {environment}\n")[2].partition("## ")[0]
    )


def machines(planned: list[dict[str, Any]]) -> set[str]:
    """Sizes of the machines in a plan that always run."""
    places = {
        "aws_instance": "instance_type",
        "aws_launch_template": "instance_type",
        "aws_db_instance": "instance_class",
    }
    sizes = {
        change["change"]["after"].get(places[change["type"]])
        for change in planned
        if change["type"] in places
    }
    return {size for size in sizes if size}


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what Terraform reads, so that nothing is left in the checkout.

    Fails without Terraform: what is not checked must not look as if it were.
    """
    if shutil.which("terraform") is None:
        if os.environ.get("REALEYEZ_SKIP_INFRA") == "1":
            pytest.skip("REALEYEZ_SKIP_INFRA=1, and terraform is not on PATH")
        pytest.fail(
            f"terraform is not on PATH. Install {NEEDED} (https://developer.hashicorp.com/terraform"
            "/install), or set REALEYEZ_SKIP_INFRA=1 to leave the infrastructure untested."
        )
    copy = tmp_path_factory.mktemp("infrastructure")
    ours = shutil.ignore_patterns(".terraform", "*.tfstate*", "*.tfvars", "backend.hcl")
    for name in ("terraform", "monitoring", "deploy"):
        shutil.copytree(ROOT / name, copy / name, ignore=ours)
    (copy / "terraformrc").touch()  # whatever the machine's own says
    (copy / "plugins").mkdir()
    return copy


@pytest.fixture(scope="session")
def offline(tree: Path) -> dict[str, str]:
    """An environment for Terraform that reaches no one's account."""
    return {
        "TF_CLI_CONFIG_FILE": str(tree / "terraformrc"),
        "TF_PLUGIN_CACHE_DIR": str(tree / "plugins"),  # the provider is fetched once
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PROFILE": "",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # nobody
    }


@pytest.fixture(scope="module")
def aws(offline: dict[str, str]) -> Iterator[dict[str, str]]:
    """An environment for Terraform whose AWS is a moto server; it has a zone, realeyez.test."""
    with pytest.MonkeyPatch.context() as patch:
        # moto knows no conditions: it takes "refuse what is not TLS" for "refuse".
        patch.setattr(FakeBucket, "get_permission", lambda *_: PermissionResult.NEUTRAL)
        patch.setattr(moto_settings, "ACM_VALIDATION_WAIT", 1)  # second
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        # A process's servers share their memory.
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))
        yield offline | {"AWS_ENDPOINT_URL": endpoint}
        server.stop()


@dataclass(frozen=True)
class Session:
    """Calls of AWS's API, to see what Terraform has done."""

    endpoint: str

    def __call__(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
        )


@pytest.fixture(scope="module")
def client(aws: dict[str, str]) -> Session:
    return Session(aws["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="module")
def zone(client: Session) -> str:
    """Id of the zone realeyez.test."""
    made = client("route53").create_hosted_zone(Name="realeyez.test", CallerReference="1")
    return made["HostedZone"]["Id"].rpartition("/")[2]
