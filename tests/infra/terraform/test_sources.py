"""What can be told from the files alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infra.terraform.conftest import TERRAFORM, Terraform

ROOTS = [TERRAFORM / "bootstrap", *sorted((TERRAFORM / "environments").iterdir())]
FOLDERS = [*ROOTS, *sorted((TERRAFORM / "modules").iterdir())]


def test_formatted(tree: Path, offline: dict[str, str]) -> None:
    Terraform(tree / "terraform", offline)("fmt", "-check", "-recursive", "-diff")


@pytest.mark.parametrize("root", [path.relative_to(TERRAFORM) for path in ROOTS], ids=str)
def test_valid(root: Path, tree: Path, offline: dict[str, str]) -> None:
    terraform = Terraform(tree / "terraform" / root, offline)
    terraform.init("-backend=false")
    terraform("validate", "-no-color")


def test_readmes_say_what_is_there() -> None:
    command = [sys.executable, TERRAFORM / "document.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_folder_is_laid_out_alike(folder: Path) -> None:
    for name in ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "README.md"):
        assert (folder / name).is_file(), name
    pins = (folder / "versions.tf").read_text()
    assert 'required_version = "~> 1.11"' in pins
    assert 'version = "~> 5.100"' in pins


@pytest.mark.parametrize("script", sorted(TERRAFORM.rglob("*.sh")), ids=lambda path: path.name)
def test_scripts_parse_and_stop_at_errors(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    if "tests" not in script.parts:
        assert "\nset -euo pipefail\n" in script.read_text()


def test_every_skipped_check_has_a_reason() -> None:
    skips = [
        (path.name, line.strip())
        for path in TERRAFORM.rglob("*.tf")
        for line in path.read_text().splitlines()
        if "checkov:skip" in line
    ]
    assert skips
    for name, line in skips:
        assert re.fullmatch(r"#checkov:skip=CKV2?_AWS_\d+:.{20,}", line), f"{name}: {line}"
