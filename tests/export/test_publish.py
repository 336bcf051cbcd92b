from pathlib import Path

import boto3
import pytest

from realeyez.models import Model, ModelError, load_model, store
from realeyez_export.errors import ExportError
from realeyez_export.publish import publish

BUNDLED = Path(store.__file__).parent / "bundled"


def test_a_published_model_is_loaded_from_s3(bucket: str, model: Model) -> None:
    publish(BUNDLED, f"s3://{bucket}/b0/1/")
    assert load_model(f"s3://{bucket}/b0/1") == model
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert {row["Key"] for row in listed} == {
        "b0/1/realeyez-b0.json",
        "b0/1/realeyez-b0.onnx",
    }


def test_a_model_that_does_not_match_is_not_published(bucket: str, tmp_path: Path) -> None:
    for path in BUNDLED.glob("realeyez-b0.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "realeyez-b0.onnx").write_bytes(b"another file")
    with pytest.raises(ModelError):
        publish(tmp_path, f"s3://{bucket}/b0/2")
    with pytest.raises(ModelError):
        load_model(f"s3://{bucket}/b0/2")


def test_an_address_that_is_not_s3_is_refused() -> None:
    with pytest.raises(ExportError, match="s3://bucket/prefix"):
        publish(BUNDLED, "https://example.org/models")
