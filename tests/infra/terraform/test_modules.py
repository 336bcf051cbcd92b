"""Each module's own tests: `terraform test`, with AWS mocked."""

from pathlib import Path

import pytest
from tests.infra.terraform.conftest import TERRAFORM, Terraform

pytestmark = pytest.mark.slow

MODULES = sorted(path.name for path in (TERRAFORM / "modules").iterdir())
WIRING = {"realeyez"}  # has nothing of its own; the environments test it


@pytest.mark.parametrize("module", [name for name in MODULES if name not in WIRING])
def test_module(module: str, tree: Path, offline: dict[str, str]) -> None:
    terraform = Terraform(tree / "terraform" / "modules" / module, offline)
    terraform.init()
    said = terraform("test", "-no-color")
    assert "Success!" in said, said
    assert "0 passed" not in said, said
