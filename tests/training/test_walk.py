"""The whole walk on a small data set: train, export, calibrate, evaluate, serve."""

import csv
from pathlib import Path

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
from realeyez_training.data.conditions import render
from realeyez_training.fit.config import TrainConfig
from realeyez_training.fit.model import build_model
from realeyez_training.fit.train import train
from realeyez_training.measure.calibrate import calibrate
from realeyez_training.measure.evaluate import evaluate, with_metrics
from realeyez_training.measure.figures import Evaluation, NullCheck
from realeyez_training.measure.measure import measure
from realeyez_training.measure.null_check import MOST
from realeyez_training.measure.scores import read_scores

CONFIG = TrainConfig(weights="none", batch=8, head_epochs=1, small_epochs=0, epochs=0, size=96)


@pytest.fixture(scope="module")
def run(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "small"
    train(small_data, folder, CONFIG)
    return folder


@pytest.fixture(scope="module")
def exported(run: Path, small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's model, exported and calibrated: the path of its manifest."""
    folder = tmp_path_factory.mktemp("model")
    manifest = convert(run, small_data, folder, "0.0.1").manifest
    calibrate(small_data, manifest)
    return manifest


@pytest.fixture(scope="module")
def results(exported: Path, small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What evaluation wrote."""
    folder = tmp_path_factory.mktemp("results")
    evaluate(small_data, exported, folder, conditions=("clean", "thumb"), resamples=20)
    return folder


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


def test_a_score_is_what_the_product_says_of_the_rendered_file(
    exported: Path, results: Path, small_data: Path
) -> None:
    classifier = Classifier(load_model(str(exported)))
    with (results / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64 + 8 + 8
    for row in rows[::20]:
        picture = (small_data / row["path"]).read_bytes()
        for condition in ("clean", "thumb"):
            verdict = check(render(picture, condition), classifier)
            assert float(row[condition]) == pytest.approx(verdict.probability, rel=1e-6)


def test_figures_follow_from_the_scores_alone(exported: Path, results: Path) -> None:
    kept = Evaluation.model_validate_json((results / "metrics.json").read_text())
    bands = load_model(str(exported)).manifest.thresholds
    again = measure(kept.name, read_scores(results / "scores.csv"), bands, resamples=20)
    assert again == kept
    real, ai = [], []
    with (results / "scores.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == "val":
                (ai if row["label"] == "ai" else real).append(float(row["clean"]))
    pairs = np.mean([(a > r) + (a == r) / 2 for a in ai for r in real])
    assert kept.figures["val"]["clean"].auc.value == pytest.approx(pairs)


def test_figures_that_do_not_count_are_not_told(exported: Path, results: Path) -> None:
    """The chequered pictures make larger files: the bytes give the label away."""
    kept = Evaluation.model_validate_json((results / "metrics.json").read_text())
    assert kept.null_check["val"].auc_with_bytes > MOST
    assert load_model(str(exported)).manifest.metrics == {}


def test_the_manifest_tells_the_figures_that_count(exported: Path, results: Path) -> None:
    kept = Evaluation.model_validate_json((results / "metrics.json").read_text())
    sound = {"val": NullCheck(auc=0.5, auc_with_bytes=0.5, counts=True)}
    evaluation = kept.model_copy(update={"null_check": sound})
    scores = read_scores(results / "scores.csv")
    told = with_metrics(load_model(str(exported)).manifest, evaluation, scores).metrics
    assert told.keys() == {"val"}
    assert told["val"].pictures == 64
    assert told["val"].spread.keys() == {"real", "ai"}
    assert told["val"].auc == round(kept.figures["val"]["clean"].auc.value, 4)
