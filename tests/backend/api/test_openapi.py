"""The service against its own description: whatever is sent, it answers as it says, and never 5xx.

pytest tests/backend/api/test_openapi.py
"""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from realeyez.api.openapi import description

EXAMPLES = 40  # for each call


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real service is, in a process of its own."""
    folder = tmp_path_factory.mktemp("service")
    environment = {
        "REALEYEZ_DATABASE": f"sqlite:///{folder}/realeyez.db",
        "REALEYEZ_URLS": "on",
        "REALEYEZ_ORIGINS": "https://page.example",
    }
    command = [sys.executable, "-m", "realeyez", "serve", "--port", "0"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env={**os.environ, **environment}
        ) as process,
    ):
        assert process.stdout
        yield process.stdout.readline().decode().split()[2].rstrip(";")
        process.terminate()
        assert process.wait(60) == 0
    assert "Traceback" not in (folder / "log").read_text()


def test_what_is_served_is_what_is_tried(url: str) -> None:
    with urllib.request.urlopen(f"{url}/openapi.json") as response:
        assert json.load(response) == description()


schema = schemathesis.openapi.from_dict(description())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: schemathesis.Case, url: str) -> None:
    case.call_and_validate(
        base_url=url,
        checks=[
            checks.not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
        ],
    )
