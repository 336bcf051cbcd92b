"""Two detectors' scores of the same pictures, and their reports."""

import shutil
from pathlib import Path

import pytest
from tests.training.report.support import THRESHOLDS, Element, draw_scores, read_page

from realeyez_training.measure.measure import measure
from realeyez_training.measure.scores import write_scores
from realeyez_training.report.report import report


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `evaluate` writes it."""
    folder = tmp_path_factory.mktemp("ours")
    scores = draw_scores(0, "jpeg60", "jpeg30", "web")
    write_scores(folder / "scores.csv", scores)
    evaluation = measure("ours 1.0", scores, THRESHOLDS, resamples=2)
    (folder / "metrics.json").write_text(evaluation.model_dump_json())
    return folder


@pytest.fixture
def copy(ours: Path, tmp_path: Path) -> Path:
    """The same, for a test to alter."""
    return Path(shutil.copytree(ours, tmp_path / "copy"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another detector's scores, clean ones only."""
    path = tmp_path_factory.mktemp("other") / "theirs.csv"
    write_scores(path, draw_scores(1))
    return path


@pytest.fixture(scope="module")
def page(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Element:
    """The report of our detector alone."""
    output = tmp_path_factory.mktemp("one") / "report.html"
    report([ours], output, resamples=5)
    return read_page(output)


@pytest.fixture(scope="module")
def side_by_side(ours: Path, theirs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of both."""
    output = tmp_path_factory.mktemp("two") / "report.html"
    report([ours, theirs], output, resamples=5)
    return output
