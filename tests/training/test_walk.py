"""The whole walk on a small data set: train, stop, go on, export, calibrate, evaluate, serve."""

import csv
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from tests.pictures import encode, scene

from realeyez.models import load_model
from realeyez.pipeline import check
from realeyez.pipeline.classifier import Classifier
from realeyez_export import convert as convert_module
from realeyez_export.convert import convert
from realeyez_export.errors import ExportError
from realeyez_export.verify import verify
from realeyez_training import train as train_module
from realeyez_training.calibrate import calibrate
from realeyez_training.dataset import ValidationBatches, read_manifest
from realeyez_training.errors import InputError
from realeyez_training.evaluate import evaluate
from realeyez_training.model import build_model, with_patches
from realeyez_training.run_folder import record
from realeyez_training.train import TrainConfig, train

CONFIG = TrainConfig(
    weights="none", batch=8, head_epochs=1, small_epochs=1, epochs=0, small_size=128
)


class Killed(BaseException):
    """What ends the first start of the run."""


@pytest.fixture(scope="module")
def run(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was killed after its first epoch, and gone on with."""
    folder = tmp_path_factory.mktemp("runs") / "small"

    def killed(*arguments: Any) -> None:
        record(*arguments)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_module, "record", killed)
        with pytest.raises(Killed):
            train(small_data, folder, CONFIG)
    assert [path.name for path in folder.glob("epoch-*")] == ["epoch-000.keras"]
    train(small_data, folder, CONFIG)
    return folder


@pytest.fixture(scope="module")
def exported(run: Path, small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's model, exported and calibrated: the path of its manifest."""
    folder = tmp_path_factory.mktemp("model")
    manifest = convert(run, small_data, folder, "0.0.1").manifest
    calibrate(small_data, manifest)
    return manifest


def test_a_run_keeps_its_history_curves_and_newest_state(run: Path) -> None:
    with (run / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert {"size", "loss", "auc", "val_loss", "val_auc"} <= set(rows[0])
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in run.glob("epoch-*")] == ["epoch-001.keras"]
    assert json.loads((run / "config.json").read_text())["seed"] == CONFIG.seed


def test_best_is_the_epoch_of_the_highest_validation_auc(run: Path, small_data: Path) -> None:
    with (run / "history.csv").open(newline="") as file:
        best = max(float(row["val_auc"]) for row in csv.DictReader(file))
    model = keras.models.load_model(run / "best.keras", compile=False)
    validation = ValidationBatches(
        read_manifest(small_data, "val"), batch=CONFIG.batch, size=CONFIG.small_size
    )
    area = keras.metrics.AUC(from_logits=True)
    for i in range(len(validation)):
        views, labels = validation[i]
        area.update_state(labels, model(views, training=False))
    assert float(area.result()) == pytest.approx(best, abs=1e-3)


def test_another_configuration_is_refused(run: Path, small_data: Path) -> None:
    with pytest.raises(InputError, match="another configuration"):
        train(small_data, run, TrainConfig(weights="none", seed=8))


def test_weights_that_are_no_file_are_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.h5"):
        build_model("nowhere.h5")


def test_the_mean_of_the_patches_is_the_logit(run: Path) -> None:
    model = keras.models.load_model(run / "best.keras", compile=False)
    views = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    outputs = with_patches(model).predict(views, verbose=0)
    assert outputs["patch_logits"].shape == (2, 7, 7)
    assert np.allclose(outputs["patch_logits"].mean((1, 2)), outputs["logit"], atol=1e-5)


def test_the_exported_model_is_a_model_of_the_product(exported: Path) -> None:
    model = load_model(str(exported))
    assert model.manifest.training_data.real == model.manifest.training_data.ai == 8
    assert model.manifest.training_data.initial_weights == "none"
    verdict = check(encode(scene()), Classifier(model), explain=True)
    assert verdict.model.version == "0.0.1"
    assert verdict.heatmap


def test_an_export_that_differs_is_refused_and_leaves_nothing(
    run: Path, small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = build_model("none")
    monkeypatch.setattr(
        convert_module, "verify", lambda _, onnx, pictures: verify(other, onnx, pictures)
    )
    with pytest.raises(ExportError, match="differ"):
        convert(run, small_data, tmp_path / "model", "0.0.1")
    assert not (tmp_path / "model").exists()


def test_evaluation_writes_scores_figures_and_the_manifest(
    exported: Path, small_data: Path, tmp_path: Path
) -> None:
    manifest = evaluate(small_data, exported, tmp_path)
    figures = json.loads((tmp_path / "metrics.json").read_text())
    with (tmp_path / "scores.csv").open(newline="") as file:
        scores = list(csv.DictReader(file))
    assert len(scores) == 64 + 8 + 8
    assert figures.keys() == manifest.metrics.keys() == {"val", "test_seen", "test_unseen"}
    assert load_model(str(exported)).manifest == manifest
    of_val = [row for row in scores if row["split"] == "val"]
    real = [float(row["logit"]) for row in of_val if row["label"] == "real"]
    ai = [float(row["logit"]) for row in of_val if row["label"] == "ai"]
    pairs = np.mean([(a > r) + (a == r) / 2 for a in ai for r in real])
    assert figures["val"]["auc"] == pytest.approx(pairs, abs=0.005)
