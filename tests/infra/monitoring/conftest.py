"""Debian's Prometheus and its family, as ordinary processes on loopback."""

import os
import shutil

import pytest

_TOOLS = (
    "prometheus",
    "promtool",
    "prometheus-alertmanager",
    "amtool",
    "prometheus-node-exporter",
    "prometheus-blackbox-exporter",
)


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    """Fails without them: what is not checked must not look as if it were."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if not missing:
        return
    if os.environ.get("REALEYEZ_SKIP_INFRA") == "1":
        pytest.skip(f"REALEYEZ_SKIP_INFRA=1, and {', '.join(missing)} not on PATH")
    pytest.fail(
        f"Not on PATH: {', '.join(missing)}. `make monitors` installs Debian's packages, or set "
        "REALEYEZ_SKIP_INFRA=1 to leave the infrastructure untested."
    )
