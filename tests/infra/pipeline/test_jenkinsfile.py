"""The Jenkinsfile: its stages and their order, its gates, and that it holds no logic."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT
from tests.infra.pipeline.jenkinsfile import Block, parse

CI = ROOT / "ci"
LINTER = CI / "node_modules" / ".bin" / "npm-groovy-lint"

STAGES = {
    "1 Branch check and lint": "ci/01-check.sh",
    "2 Workspace and disk": "ci/02-workspace.sh",
    "3 Tests, coverage, SonarQube": "ci/03-test.sh",
    "4 Candidate image": "ci/04-candidate.sh",
    "5 OWASP ZAP": "ci/05-zap.sh",
    "6 Remove the candidate": "ci/06-remove-candidate.sh",
    "7 Release image": "ci/07-release.sh",
    "8 Trivy": "ci/08-trivy.sh",
    "9 Terraform plan": "ci/09-plan.sh",
    "10 Policy": "ci/10-policy.sh",
    "11 Approval": None,
    "11 Apply and smoke test": "ci/11-deploy.sh",
    "12 Monitoring": "ci/12-monitoring.sh",
}


@pytest.fixture(scope="module")
def pipeline() -> Block:
    return parse(ROOT / "Jenkinsfile")


@pytest.fixture(scope="module")
def stages(pipeline: Block) -> dict[str, Block]:
    return {stage.argument: stage for stage in pipeline.stages()}


def _scripts(block: Block) -> list[str]:
    return [line[4:-1] for line in block.lines() if line.startswith("sh ")]


def test_the_stages_and_their_order(stages: dict[str, Block]) -> None:
    assert list(stages) == list(STAGES)
    for name, script in STAGES.items():
        assert _scripts(stages[name])[:1] == ([script] if script else []), name


def test_every_script_can_be_run(pipeline: Block) -> None:
    called = _scripts(pipeline)
    for script in {line.split()[0] for line in called}:
        assert os.access(ROOT / script, os.X_OK), script
    numbered = {f"ci/{path.name}" for path in CI.glob("[0-9]*.sh")}
    assert numbered == {script for script in STAGES.values() if script}


def test_it_holds_no_logic(pipeline: Block) -> None:
    for line in pipeline.lines():
        assert not re.match(r"(script|if|def|for|while|try|bat|powershell|load)\b", line), line
        if line.startswith("sh"):
            assert re.fullmatch(r"sh 'ci/[\w-]+\.sh( \w+)?'", line), line


def test_the_approval_takes_no_node(pipeline: Block, stages: dict[str, Block]) -> None:
    assert "agent none" in pipeline.said
    approval = stages["11 Approval"]
    assert "agent none" in approval.said
    assert not approval.has("agent")
    steps = " ".join(approval.of("steps").said)
    assert steps.startswith("input ")
    assert "submitter: 'deployer'" in steps
    assert sum(line.startswith("input ") for line in pipeline.lines()) == 1
    for group in ("Prove", "Deploy"):
        (found,) = [block for block in pipeline.of("stages").blocks if block.argument == group]
        assert found.of("agent").said == ("label 'realeyez'",)


def test_only_main_is_released(pipeline: Block, stages: dict[str, Block]) -> None:
    groups = {block.argument: block for block in pipeline.of("stages").blocks}
    assert "branch 'main'" in groups["Deploy"].of("when").said
    for name, stage in stages.items():
        number = int(name.split()[0])
        inside = name in {block.argument for block in groups["Deploy"].of("stages").blocks}
        assert (inside or stage.has("when")) == (number >= 7), name
        if stage.has("when"):
            assert stage.of("when").said == ("branch 'main'",), name


def test_nothing_waits_for_ever(pipeline: Block, stages: dict[str, Block]) -> None:
    for block in (pipeline, *stages.values()):
        assert any(line.startswith("timeout(") for line in block.of("options").said), block.argument


def test_builds_start_with_a_push_and_one_after_another(pipeline: Block) -> None:
    assert "disableConcurrentBuilds()" in pipeline.of("options").said
    assert pipeline.of("triggers").said == ("githubPush()",)
    names = re.findall(r"name: '(\w+)'", " ".join(pipeline.of("parameters").said))
    assert names == ["REGISTRY", "REPOSITORY", "TAG", "TARGET", "ENVIRONMENT"]


def test_the_end_is_archived_told_and_cleaned(pipeline: Block) -> None:
    for group in pipeline.of("stages").blocks:
        if group.argument not in ("Prove", "Deploy"):
            continue
        archived = " ".join(group.of("post", "always").said)
        assert "archiveArtifacts artifacts: 'artifacts/**'" in archived
        assert group.of("post", "unsuccessful").said == ("sh 'ci/notify.sh failed'",)
        assert group.of("post", "cleanup").said == ("sh 'ci/clean.sh'",)


def test_credentials_are_ids_that_jenkins_knows(pipeline: Block) -> None:
    used = set()
    for line in pipeline.lines():
        if "credentials(" in line:
            (name,) = re.findall(r"credentials\(['\"]([^'\"]+)['\"]\)", line)
            used |= {
                name.replace("${params.ENVIRONMENT}", environment)
                for environment in ("dev", "prod")
            }
    configuration = yaml.safe_load((ROOT / "deploy" / "jenkins" / "jenkins.yaml").read_text())
    (domain,) = configuration["credentials"]["system"]["domainCredentials"]
    known = {values["id"] for kind in domain["credentials"] for values in kind.values()}
    assert used <= known
    # What Jenkins itself uses: nothing is kept that nobody needs.
    assert known - used == {"agent-key", "github", "webhook-secret"}


def _lint(*files: Path) -> subprocess.CompletedProcess[str]:
    if not LINTER.exists():
        pytest.fail(f"{LINTER} is not there: `make lint-pipeline` installs it")
    if shutil.which("java") is None:
        pytest.fail("no java on PATH: `make java` installs it")
    return subprocess.run(
        [LINTER, "--noserver", "--config", CI / "groovylint.json", "--failon", "info", *files],
        capture_output=True,
        text=True,
        check=False,
        cwd=CI,
    )


def test_lint() -> None:
    done = _lint(ROOT / "Jenkinsfile", ROOT / "deploy" / "jenkins" / "jobs.groovy")
    assert done.returncode == 0, done.stdout
    assert " 2 linted files" in re.sub(r"\x1b\[\d+m", "", done.stdout)


def test_lint_finds_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "Jenkinsfile"
    broken.write_text(
        (ROOT / "Jenkinsfile").read_text().replace("agent none\n", "agent none {\n", 1)
    )
    assert _lint(broken).returncode != 0
