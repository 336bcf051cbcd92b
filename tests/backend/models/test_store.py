import json
from pathlib import Path

import pytest

from realeyez.models import Model, ModelError, load_model
from realeyez.models.store import MANIFEST_NAME


def test_bundled_model_is_small_and_vouched_for(model: Model) -> None:
    assert len(model.onnx) < 20_000_000
    assert model.manifest.name == "realeyez-b0"
    assert set(model.manifest.metrics) == {"val", "test_seen", "test_unseen"}


def test_a_folder_and_a_manifest_are_locations(folder: Path, model: Model) -> None:
    assert load_model(str(folder)) == model
    assert load_model(str(folder / MANIFEST_NAME)) == model


def test_a_file_that_its_manifest_does_not_describe_is_refused(folder: Path) -> None:
    onnx = folder / "realeyez-b0.onnx"
    data = bytearray(onnx.read_bytes())
    data[len(data) // 2] ^= 1
    onnx.write_bytes(data)
    with pytest.raises(ModelError, match="not the file that its manifest describes"):
        load_model(str(folder))


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0},
        {"thresholds": {"real": 0.9, "balanced": 0.5, "ai": 0.95}},
        {"views": {"whole": False, "crops": []}},
        {"views": {"whole": True, "crops": [[0.5, 1.5]]}},
        {"unheard_of": 1},
    ],
)
def test_a_malformed_manifest_is_refused(folder: Path, change: dict[str, object]) -> None:
    path = folder / MANIFEST_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match="is not valid"):
        load_model(str(folder))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=MANIFEST_NAME):
        load_model(str(tmp_path))
