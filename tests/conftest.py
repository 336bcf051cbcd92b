"""What every test may use: pictures made here, the bundled model, the data set if it is there."""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from realeyez.models import Model, load_model
from realeyez.pipeline.classifier import Classifier

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def _nobodys_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes to the database of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        file = tmp_path_factory.mktemp("database") / "realeyez.db"
        patch.setenv("REALEYEZ_DATABASE", f"sqlite:///{file}")
        yield


@pytest.fixture(scope="session")
def model() -> Model:
    """The model that ships."""
    return load_model("bundled")


@pytest.fixture(scope="session")
def classifier(model: Model) -> Classifier:
    return Classifier(model)


@pytest.fixture(scope="session")
def data() -> Path:
    """The data set's folder: REALEYEZ_DATA, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("REALEYEZ_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"no data set at {folder}; name its folder in REALEYEZ_DATA")
    return folder


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A bucket on a real S3 API server on loopback, and no model of another test in the cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # A process's servers share their memory.
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.client("s3").create_bucket(Bucket="models")
    yield "models"
    server.stop()
