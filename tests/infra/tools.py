"""Programs that the tests of the infrastructure run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WITHIN = 60.0  # seconds; a busy machine takes its time


def need(*programs: str) -> None:
    """Fail without them: what is not checked must not look as if it were."""
    missing = ", ".join(name for name in programs if shutil.which(name) is None)
    if missing:
        not_here(f"not on PATH: {missing}")


def not_here(why: str) -> None:
    if os.environ.get("REALEYEZ_SKIP_INFRA") == "1":
        pytest.skip(f"REALEYEZ_SKIP_INFRA=1, and {why}")
    pytest.fail(
        f"{why}. `make infra` installs what is needed on Debian, as root; REALEYEZ_SKIP_INFRA=1 "
        "leaves the infrastructure untested."
    )


def of_python(program: str) -> str:
    """A program that a Python package brings: from this environment, whatever PATH says."""
    return str(Path(sys.executable).parent / program)


def run(
    *command: str | Path, folder: Path | None = None, input: str | None = None, **environment: str
) -> str:
    """What a command wrote to standard output. One that fails fails the test, with what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        input=input,
        text=True,
        capture_output=True,
        check=False,
    )
    said = " ".join(map(str, command))
    assert done.returncode == 0, f"{said}\n{done.stdout}\n{done.stderr}"
    return done.stdout
