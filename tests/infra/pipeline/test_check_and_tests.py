"""Stages 1 to 3: the branch, the disk, the tests and the quality gate."""

import pytest
from tests.conftest import ROOT
from tests.infra.pipeline.conftest import Workspace

SONAR = {"SONAR_HOST_URL": "https://sonar.example.org", "SONAR_TOKEN": "t"}


@pytest.fixture
def checked(workspace: Workspace) -> Workspace:
    workspace.fake("make")
    return workspace


def test_main_is_linted(checked: Workspace) -> None:
    checked.passes("01-check.sh")
    assert checked.of("make") == ["lint lint-pipeline"]


def test_lint_that_finds_something_fails(checked: Workspace) -> None:
    checked.fake("make", "exit 2")
    checked.fails("01-check.sh")


@pytest.mark.parametrize("name", ["-x", "a b", "a;b", "$(id)", "x" * 101])
def test_a_branch_has_a_plain_name(checked: Workspace, name: str) -> None:
    assert "no name for a branch" in checked.fails("01-check.sh", BRANCH_NAME=name)
    assert checked.of("make") == []


def test_what_is_in_no_commit_is_not_built(checked: Workspace) -> None:
    checked.write("Jenkinsfile", "changed")
    assert "in no commit" in checked.fails("01-check.sh")


def test_an_unfinished_merge_is_not_built(checked: Workspace) -> None:
    checked.write("notes.txt", "<" * 7 + " ours\n")
    checked.git("add", ".")
    checked.git("commit", "--quiet", "--message", "merge")
    assert "unfinished merge" in checked.fails("01-check.sh")


def test_a_branch_has_all_of_main(checked: Workspace) -> None:
    checked.git("checkout", "--quiet", "-b", "feature")
    checked.passes("01-check.sh", BRANCH_NAME="feature")
    ahead = checked.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "later")
    checked.git("update-ref", "refs/remotes/origin/main", ahead)
    assert "behind main" in checked.fails("01-check.sh", BRANCH_NAME="feature")
    checked.git("update-ref", "-d", "refs/remotes/origin/main")
    assert "git fetch origin main" in checked.fails("01-check.sh", BRANCH_NAME="feature")


def test_earlier_builds_are_cleaned_up_and_the_disk_is_looked_at(workspace: Workspace) -> None:
    old = workspace.write("artifacts/old.txt", "old")
    kept = workspace.write(".venv/kept", "kept")
    own = workspace.write("terraform/environments/dev/terraform.tfvars", "own")
    said = workspace.passes("02-workspace.sh", MIN_FREE_GIB="0", MIN_FREE_INODES="0")
    assert "GiB free" in said
    assert not old.exists()
    assert kept.exists()
    assert own.exists()
    assert "rm --force realeyez-candidate-7" in workspace.of("docker")


@pytest.mark.parametrize("least", [{"MIN_FREE_GIB": "51"}, {"MIN_FREE_INODES": "51"}])
def test_a_full_disk_fails(workspace: Workspace, least: dict[str, str]) -> None:
    enough = {"MIN_FREE_GIB": "0", "MIN_FREE_INODES": "0"}
    workspace.fake("df", "printf 'IFree\\n50\\n'")
    assert "a build needs" in workspace.fails("02-workspace.sh", **(enough | least))


@pytest.fixture
def tested(workspace: Workspace) -> Workspace:
    workspace.fake("make")
    workspace.fake("sonar-scanner")
    for script in ("security", "audit"):
        workspace.write(f"ci/{script}.sh", f'#!/bin/sh\necho {script} >>"$CALLS.own"\n')
    return workspace


def test_tests_then_the_quality_gate(tested: Workspace) -> None:
    tested.passes("03-test.sh", **SONAR)
    assert (tested.fakes / "calls.own").read_text() == "security\naudit\n"
    assert [call[0] for call in tested.calls] == ["make", "make", "sonar-scanner"]
    python, extension = tested.of("make")
    assert "--cov-report=xml:artifacts/ci/coverage.xml" in python
    assert extension == "test-extension VITEST=--coverage"
    (scan,) = tested.of("sonar-scanner")
    assert scan.startswith("-Dsonar.projectVersion=0.")
    assert "sonar.branch.name" not in scan


def test_the_reports_are_where_sonarqube_looks(tested: Workspace) -> None:
    settings = dict(
        line.split("=", 1)
        for line in (ROOT / "sonar-project.properties").read_text().splitlines()
        if line and not line.startswith("#")
    )
    assert settings["sonar.qualitygate.wait"] == "true"
    tested.passes("03-test.sh", **SONAR, SONAR_BRANCHES="yes", BRANCH_NAME="feature")
    python, _ = tested.of("make")
    assert settings["sonar.python.coverage.reportPaths"] in python
    assert settings["sonar.python.xunit.reportPath"] in python
    reports, _, _ = settings["sonar.javascript.lcov.reportPaths"].rpartition("/")
    assert f'"../{reports}"' in (ROOT / "extension" / "vitest.config.ts").read_text()
    assert "-Dsonar.branch.name=feature" in tested.of("sonar-scanner")[0]
    for folder in settings["sonar.sources"].split(",") + settings["sonar.tests"].split(","):
        assert (ROOT / folder).is_dir(), folder


@pytest.mark.parametrize(
    ("tool", "does"),
    [
        ("make", '[ "$1" != test-python ]'),
        ("make", '[ "$1" != test-extension ]'),
        ("sonar-scanner", "exit 3"),  # the quality gate's answer
    ],
)
def test_each_gate_fails_the_stage(tested: Workspace, tool: str, does: str) -> None:
    tested.fake(tool, does)
    tested.fails("03-test.sh", **SONAR)


def test_security_checks_fail_the_stage(tested: Workspace) -> None:
    for script in ("security", "audit"):
        tested.write(f"ci/{script}.sh", "#!/bin/sh\nexit 1\n")
        tested.fails("03-test.sh", **SONAR)
        tested.write(f"ci/{script}.sh", "#!/bin/sh\n")
    tested.passes("03-test.sh", **SONAR)


def test_without_sonarqube_nothing_passes(tested: Workspace) -> None:
    assert "SONAR_TOKEN is not set" in tested.fails("03-test.sh", SONAR_HOST_URL="https://x")
