"""A run's backbone begins another run."""

from pathlib import Path

import keras
import numpy as np
import pytest

from realeyez_export.backbone import write_backbone
from realeyez_export.errors import ExportError
from realeyez_training.fit.model import build_model


def test_the_backbone_is_read_by_training(tmp_path: Path) -> None:
    keras.utils.set_random_seed(5)
    model = build_model("none")
    for layer in model.get_layer("backbone").layers:
        if isinstance(layer, keras.layers.BatchNormalization):  # as if it were trained
            layer.moving_mean.assign(keras.random.normal(layer.moving_mean.shape))
    model.save(tmp_path / "best.keras")
    path = tmp_path / "out" / "b0.weights.h5"
    write_backbone(tmp_path, path)
    assert path.stat().st_size < 0.6 * (tmp_path / "best.keras").stat().st_size
    assert [other.name for other in path.parent.iterdir()] == [path.name]

    again = build_model(str(path))
    views = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), np.uint8)
    features = [
        keras.ops.convert_to_numpy(one.get_layer("backbone")(views)) for one in (model, again)
    ]
    assert np.allclose(*features, rtol=0.02, atol=0.02 * np.abs(features[0]).max())
    assert np.corrcoef(features[0].ravel(), features[1].ravel())[0, 1] > 0.9999


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"no best\.keras"):
        write_backbone(tmp_path, tmp_path / "b0.weights.h5")
    (tmp_path / "best.keras").touch()
    with pytest.raises(ExportError, match=r"\.weights\.h5"):
        write_backbone(tmp_path, tmp_path / "b0.h5")
