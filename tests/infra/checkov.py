"""Checkov, which has an environment of its own: `make .venv-checkov/ready`."""

import os
from pathlib import Path

from tests.conftest import ROOT
from tests.infra.tools import not_here, run

CHECKOV = Path(os.environ.get("REALEYEZ_CHECKOV", ROOT / ".venv-checkov" / "bin" / "checkov"))


def checkov(*arguments: str | Path) -> str:
    """A failed check fails the test."""
    if not CHECKOV.is_file():
        not_here(f"{CHECKOV} is not there (make .venv-checkov/ready)")
    return run(CHECKOV, "--skip-download", "--compact", "--quiet", *arguments)
