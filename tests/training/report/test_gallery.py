import base64
import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.pictures import encode, scene
from tests.training.report.support import read_page

from realeyez.models import Model, Thresholds
from realeyez.pipeline.classifier import Classifier
from realeyez_training.data.conditions import render
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.measure.measure import measure
from realeyez_training.measure.score import calibrated, score
from realeyez_training.measure.scores import Scores, describe
from realeyez_training.report.gallery import MOST, make_gallery
from realeyez_training.report.report import write_report
from realeyez_training.report.results import Result

MODEL = Path("bundled")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten drawn pictures of each label."""
    folder = tmp_path_factory.mktemp("pictures")
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "label", "source", "generator", "split", "group", "content"])
        for i in range(20):
            label = "ai" if i % 2 else "real"
            (folder / f"{i}.jpg").write_bytes(encode(scene(300, 260, i), quality=90 - i))
            generator = "drawn" if i % 2 else ""
            rows.writerow([f"{i}.jpg", label, "pencil", generator, "val", i, "hills"])
    return folder


@pytest.fixture(scope="module")
def scores(folder: Path, model: Model) -> Scores:
    pictures = read_manifest(folder)
    logits, _ = score(pictures, Classifier(model), model.manifest, "clean")
    probabilities = calibrated(logits, model.manifest.temperature)
    return Scores(describe(pictures, folder), {"clean": probabilities}, None)


def result_of(scores: Scores, balanced: float) -> Result:
    cuts = Thresholds(real=0, balanced=balanced, ai=1)
    return Result(scores, measure("drawn", scores, cuts, resamples=2))


@pytest.mark.parametrize(("balanced", "wrong"), [(0, "real"), (1, "ai")])
def test_the_worst_mistakes_are_shown_worst_first(
    scores: Scores, folder: Path, tmp_path: Path, balanced: float, wrong: str
) -> None:
    """At a threshold of 0 every real picture is a false alarm, at 1 every AI picture a miss."""
    result = result_of(scores, balanced)
    write_report([result], tmp_path / "report.html", make_gallery(result, folder, MODEL), 2)
    figures = [e for e in read_page(tmp_path / "report.html").all("figure") if e.all("img")]

    rows = np.flatnonzero(scores.description["label"] == wrong)
    p = scores.probabilities["clean"][rows]
    worst = rows[np.argsort(-p if wrong == "real" else p, kind="stable")][:MOST]
    assert len(figures) == MOST < len(rows)
    for row, figure in zip(worst, figures, strict=True):
        path = scores.description["path"][row]
        picture, heatmap = (_decoded(str(e.attributes["src"])) for e in figure.all("img"))
        assert figure.all("img")[0].attributes["alt"] == path
        assert f"{scores.probabilities['clean'][row]:.1%}" in figure.text
        clean = Image.open(io.BytesIO(render((folder / path).read_bytes(), "clean")))
        small = np.asarray(clean.convert("RGB").resize((176, 176)), float)
        assert np.abs(picture - small).mean() < 6, "another picture"
        assert np.abs(heatmap - picture).mean() > 1, "no heat map over it"


def test_without_pictures_there_is_no_gallery(scores: Scores, tmp_path: Path) -> None:
    write_report([result_of(scores, 0.5)], tmp_path / "report.html", resamples=2)
    assert not read_page(tmp_path / "report.html").all("img")
    assert "data:image" not in (tmp_path / "report.html").read_text()


def test_scores_of_another_model_are_refused(scores: Scores, folder: Path) -> None:
    others = Scores(scores.description, {"clean": 1 - scores.probabilities["clean"]}, None)
    with pytest.raises(InputError, match="Give --model and --data those"):
        make_gallery(result_of(others, 0.5), folder, MODEL)


def test_pictures_that_the_data_does_not_hold_are_refused(scores: Scores, folder: Path) -> None:
    paths = np.array([f"../{path}" for path in scores.description["path"]])
    strangers = Scores({**scores.description, "path": paths}, scores.probabilities, None)
    with pytest.raises(InputError, match="does not hold"):
        make_gallery(result_of(strangers, 0.5), folder, MODEL)


def _decoded(url: str) -> np.ndarray:
    kind, data = url.split(",")
    assert kind == "data:image/jpeg;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), float)
