"""deploy/jenkins: the controller as code, and what sets it up on its host."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import Workspace

JENKINS = ROOT / "deploy" / "jenkins"


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    return yaml.safe_load((JENKINS / "jenkins.yaml").read_text())


def test_plugins_are_pinned_and_those_that_are_used_are_there(
    configuration: dict[str, Any],
) -> None:
    lines = (JENKINS / "plugins.txt").read_text().splitlines()
    plugins = dict(line.split(":") for line in lines if not line.startswith("#"))
    assert all(re.match(r"\d", version) for version in plugins.values())
    assert list(plugins) == sorted(plugins)
    assert {
        "configuration-as-code", "job-dsl", "github", "github-branch-source", "ssh-slaves",
        "pipeline-model-definition", "pipeline-input-step", "workflow-multibranch",
        "credentials-binding", "plain-credentials", "junit", "timestamper", "matrix-auth",
    } <= set(plugins)  # fmt: skip


def test_nothing_runs_beside_the_credentials(configuration: dict[str, Any]) -> None:
    assert configuration["jenkins"]["numExecutors"] == 0
    (node,) = [node["permanent"] for node in configuration["jenkins"]["nodes"]]
    assert node["labelString"] == "realeyez"
    assert node["numExecutors"] == 1
    strategy = node["launcher"]["ssh"]["sshHostKeyVerificationStrategy"]
    assert "manuallyProvidedKeyVerificationStrategy" in strategy


def test_nobody_signs_up_and_nobody_unknown_reads(configuration: dict[str, Any]) -> None:
    jenkins = configuration["jenkins"]
    assert jenkins["securityRealm"]["local"]["allowsSignup"] is False
    entries = jenkins["authorizationStrategy"]["globalMatrix"]["entries"]
    rights = {next(iter(entry.values()))["name"]: next(iter(entry.values())) for entry in entries}
    assert "anonymous" not in rights
    assert "Overall/Administer" not in rights["deployer"]["permissions"]
    assert rights["authenticated"]["permissions"] == ["Overall/Read", "Job/Read"]


def test_no_secret_is_written_down(configuration: dict[str, Any]) -> None:
    """Each comes from a file, and the README says how it is to be put there."""

    def values(node: Any) -> list[str]:
        if isinstance(node, dict):
            found = []
            for key, value in node.items():
                if key in ("password", "secret", "secretBytes", "privateKey"):
                    found.append(value)
                else:
                    found += values(value)
            return found
        return [found for item in node for found in values(item)] if isinstance(node, list) else []

    secrets = values(configuration)
    assert len(secrets) > 10
    readme = (JENKINS / "README.md").read_text()
    for value in secrets:
        file = re.fullmatch(r"\$\{readFile(Base64)?:/run/secrets/([\w.-]+)\}", value)
        assert file, value
        name = re.sub(r"^(dev|prod)\.", "ENVIRONMENT.", file[2])
        assert f"`{name}`" in readme, name


def test_images_are_pinned() -> None:
    dockerfile = (JENKINS / "Dockerfile").read_text()
    for image in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE):
        assert re.search(r":v?\d+\.\d+", image), image


def test_terraform_brings_this_folder_to_the_host() -> None:
    for environment in ("dev", "prod"):
        main = (ROOT / "terraform" / "environments" / environment / "main.tf").read_text()
        assert "deploy/jenkins/install.sh" in main
    assert os.access(JENKINS / "install.sh", os.X_OK)


@pytest.fixture
def host(workspace: Workspace, tmp_path: Path) -> Workspace:
    socket = tmp_path / "docker.sock"
    socket.touch()
    workspace.fake("chown")
    workspace.environment |= {
        "DATA": str(tmp_path / "data"),
        "DOCKER_SOCKET": str(socket),
        "JENKINS_UID": str(os.getuid()),
        "AWS_REGION": "eu-west-1",
        "LOG_GROUP": "/realeyez/ci",
    }
    # Keys of the right shape, where ssh-keygen is not installed.
    workspace.fake(
        "ssh-keygen",
        'while [ "$1" != -f ]; do shift; done; echo private >"$2"; echo "ssh-ed25519 A" >"$2.pub"',
    )
    workspace.fake("openssl", "echo random-$RANDOM")
    return workspace


def _install(host: Workspace) -> None:
    done = subprocess.run(
        ["bash", host.folder / "deploy/jenkins/install.sh"],
        cwd="/", env=host._base() | host.environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_host_is_set_up(host: Workspace) -> None:
    _install(host)
    calls = host.of("docker")
    assert [call.split()[0] for call in calls] == ["build", "build", "rm", "run", "run"]
    agent, controller = calls[-2:]
    assert "realeyez-agent ssh-ed25519 A -p 2222 -o ListenAddress=127.0.0.1" in agent
    assert "/data/agent:/data/agent" in agent
    assert "docker.sock" not in controller
    assert ":/run/secrets:ro" in controller
    for call in (agent, controller):
        assert "awslogs-group=/realeyez/ci" in call
    secrets = Path(host.environment["DATA"]) / "secrets"
    assert secrets.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o377 == 0 for file in secrets.iterdir())


def test_installed_again_it_keeps_its_secrets(host: Workspace) -> None:
    _install(host)
    secrets = Path(host.environment["DATA"]) / "secrets"
    own = secrets / "sonar-token"
    own.write_text("token")
    before = {file.name: file.read_text() for file in secrets.iterdir()}
    assert before["admin-password"].startswith("random-")
    _install(host)
    assert {file.name: file.read_text() for file in secrets.iterdir()} == before
