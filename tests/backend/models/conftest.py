"""The shipped model on S3, and a cache of the test's own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from tests.backend.models.relay import Relay

from realeyez.models import store

BUNDLED = Path(store.__file__).parent / "bundled"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model that ships."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def published(bucket: str, folder: Path) -> str:
    """A location on S3 that holds the folder's model."""
    for path in folder.glob("realeyez-b0.*"):
        boto3.client("s3").upload_file(str(path), bucket, f"b0/1/{path.name}")
    return f"s3://{bucket}/b0/1"


@pytest.fixture
def relay(published: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """The way to S3 from now on."""
    with Relay.running(os.environ["AWS_ENDPOINT_URL"]) as relay:
        monkeypatch.setenv("AWS_ENDPOINT_URL", relay.endpoint)
        yield relay
