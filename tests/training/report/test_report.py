import re
from pathlib import Path

import numpy as np
import pytest
from tests.training.report.support import THRESHOLDS, Element, draw_scores, read_page
from typer.testing import CliRunner

from realeyez_training.cli import app
from realeyez_training.errors import InputError
from realeyez_training.measure.figures import NullCheck
from realeyez_training.measure.scores import write_scores
from realeyez_training.report.report import report, write_report
from realeyez_training.report.results import Result, read_result


def auc(real: np.ndarray, ai: np.ndarray) -> str:
    pairs = (ai[:, None] > real) + (ai[:, None] == real) / 2
    return f"{pairs.mean():.3f}"


def table(section: Element, title: str) -> list[list[str]]:
    """The table whose first column is called so, or that has this caption."""
    (found,) = [
        t
        for t in section.all("table")
        if any(row and row[0] == title for row in t.rows()[:2])
        or [c.text for c in t.all("caption")] == [title]
    ]
    return found.rows()


def test_the_figures_are_those_of_the_scores(page: Element) -> None:
    scores = draw_scores(0, "jpeg60", "jpeg30", "web")
    unseen = scores.description["split"] == "test_unseen"
    ai = (scores.description["label"] == "ai")[unseen]
    p = scores.probabilities["clean"][unseen]
    section = page.by_id("test_unseen")

    figures = table(section, "Condition")
    assert [row[0] for row in figures[1:]] == [
        "clean",
        "JPEG, quality 60 jpeg60",
        "JPEG, quality 30 jpeg30",
        "uploaded to the web web",
    ]
    for row, values in zip(figures[1:], scores.probabilities.values(), strict=True):
        of_condition = values[unseen]
        hit = (of_condition[ai] >= 0.5).mean()
        passed = (of_condition[~ai] < 0.5).mean()
        assert row[1].split()[0] == auc(of_condition[~ai], of_condition[ai])
        assert row[2].split()[0] == f"{(hit + passed) / 2:.3f}"
        assert row[3].split()[0] == f"{(of_condition[~ai] >= 0.8).mean():.1%}"
        assert row[4].split()[0] == f"{(of_condition[ai] >= 0.8).mean():.1%}"

    counts = [
        [((p < 0.3) & of).sum(), ((p >= 0.3) & (p < 0.8) & of).sum(), ((p >= 0.8) & of).sum()]
        for of in (~ai, ai)
    ]
    shown = table(section, "Three verdicts")[1:]
    assert [[int(cell.split()[0]) for cell in row[1:]] for row in shown] == counts
    matrix = [[((p < 0.5) & of).sum(), ((p >= 0.5) & of).sum()] for of in (~ai, ai)]
    shown = table(section, "Confusion matrix at the balanced threshold")[1:]
    assert [[int(cell.split()[0]) for cell in row[1:]] for row in shown] == matrix

    headline = page.by_id("title").text
    assert re.findall(r"\d+%", headline) == [
        f"{share:.0%}"
        for share in (
            (p[ai] >= 0.8).mean(),
            (p[~ai] >= 0.8).mean(),
            ((p >= 0.3) & (p < 0.8)).mean(),
        )
    ]


def test_generators_and_sources_are_told_worst_first(page: Element) -> None:
    section = page.by_id("val")
    data = draw_scores(0).slice("val", "clean")
    real = data.probabilities[~data.labels]
    areas = {
        name: auc(real, data.probabilities[data.generators == name])
        for name in ("gan", "diffusion")
    }
    *rows, mean = table(section, "Generator")[1:]
    worst, best = sorted(areas, key=lambda name: float(areas[name]))
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (f"{worst} worst", "10", areas[worst]),
        (best, "10", areas[best]),
    ]
    assert float(mean[2].split()[0]) == pytest.approx(sum(map(float, areas.values())) / 2, abs=1e-3)

    rates = {
        name: (data.probabilities[(data.sources == name) & ~data.labels] >= 0.5).mean()
        for name in ("camera", "web")
    }
    rows = table(section, "Source")[1:-1]
    expected = sorted(rates, key=lambda name: -rates[name])
    assert [row[0].split()[0] for row in rows] == expected
    assert [row[2] for row in rows] == [f"{rates[name]:.0%}" for name in expected]


def test_it_needs_nothing_but_itself(side_by_side: Path) -> None:
    html, page = side_by_side.read_text(), read_page(side_by_side)
    elements = page.all("*")
    assert "://" not in html
    assert "@import" not in html
    assert not {"script", "link", "iframe", "object", "img"} & {e.tag for e in elements}
    named = [e.attributes["id"] for e in elements if "id" in e.attributes]
    assert len(named) == len(set(named))
    targets = re.findall(r"url\(([^)]*)\)", html) + [
        value
        for e in elements
        for name, value in e.attributes.items()
        if name in ("href", "xlink:href", "src")
    ]
    assert targets
    assert {target[1:] for target in targets} <= set(named)


def test_every_plot_and_table_can_be_read_aloud(side_by_side: Path) -> None:
    page = read_page(side_by_side)
    for svg in page.all("svg"):
        assert svg.attributes.get("aria-label") or svg.attributes.get("aria-hidden") == "true"
    for found in page.all("table"):
        assert all(th.attributes.get("scope") for th in found.all("th"))
    labels = [s.attributes["aria-label"] for s in page.all("svg") if "aria-label" in s.attributes]
    # Three and a robustness plot a split, and two a model.
    assert len(labels) == len(set(labels)) == 2 * (4 + 2 * 2)


def test_the_same_scores_give_the_same_bytes(
    side_by_side: Path, ours: Path, theirs: Path, tmp_path: Path
) -> None:
    report([ours, theirs], tmp_path / "again.html", resamples=5)
    assert (tmp_path / "again.html").read_bytes() == side_by_side.read_bytes()


def test_detectors_stand_side_by_side(side_by_side: Path) -> None:
    page = read_page(side_by_side)
    compared = page.by_id("compared")
    rows = table(compared, "Detector")
    assert rows[0][:3] == ["Detector", "AUC, clean", "AUC, web"]
    _, ours, theirs = rows[-3:]
    assert (ours[0], theirs[0], theirs[2]) == ("ours 1.0", "theirs", "–")
    areas = []
    for seed, row in ((0, ours), (1, theirs)):
        data = draw_scores(seed).slice("test_unseen", "clean")
        areas.append(auc(data.probabilities[~data.labels], data.probabilities[data.labels]))
        assert row[1].split()[0] == areas[-1]
    best = [e.text.split()[0] for e in compared.all("td") if e.attributes.get("class") == "best"]
    assert max(areas) in best
    assert min(areas) not in best
    assert [row[-1] for row in table(page.by_id("method"), "Thresholds of P(AI)")[1:]] == [
        "the detector, frozen",
        "fitted on its scores of val",
    ]


def test_one_detector_is_compared_with_nothing(page: Element) -> None:
    assert not [e for e in page.all("*") if e.attributes.get("id") == "compared"]


def test_detectors_of_different_pictures_are_told_apart(
    side_by_side: Path, ours: Path, tmp_path: Path
) -> None:
    scores = draw_scores(1)
    scores.description["path"][0] = "another.jpg"
    write_scores(tmp_path / "theirs.csv", scores)
    report([ours, tmp_path / "theirs.csv"], tmp_path / "report.html", resamples=2)
    warning = "not scored on the same pictures"
    assert warning in (tmp_path / "report.html").read_text()
    assert warning not in side_by_side.read_text()


def test_only_name_and_thresholds_are_taken_from_metrics_json(copy: Path) -> None:
    true = read_result(copy, 3)
    path = copy / "metrics.json"
    path.write_text(re.sub(r'"value":[\d.]+', '"value":0.123', path.read_text()))
    again = read_result(copy, 3)
    assert again.evaluation == true.evaluation
    assert (again.name, again.evaluation.thresholds) == ("ours 1.0", THRESHOLDS)


def test_figures_that_do_not_count_are_marked(ours: Path, tmp_path: Path) -> None:
    result = read_result(ours, 3)
    check = {
        "val": NullCheck(auc=0.5, auc_with_bytes=0.5, counts=True),
        "test_unseen": NullCheck(auc=0.71, auc_with_bytes=0.8, counts=False),
    }
    evaluation = result.evaluation.model_copy(update={"null_check": check})
    write_report([Result(result.scores, evaluation)], tmp_path / "report.html", resamples=2)
    page = read_page(tmp_path / "report.html")
    (warning,) = [e for e in page.all("p") if e.attributes.get("role") == "alert"]
    assert "ours 1.0 on test_unseen do not count" in warning.text
    assert "0.800" in warning.text
    p, ai = draw_scores(0).probabilities["clean"][:40], np.arange(40) % 2 == 0
    assert f"{(p[ai] >= 0.8).mean():.0%}" in page.by_id("title").text, "the headline is of val"


def test_names_are_text_whatever_they_hold(tmp_path: Path) -> None:
    scores = draw_scores()
    hostile = "<script>alert(1)</script> $x_ {{ 7 * 7 }}"
    for column in ("generator", "source", "path"):
        scores.description[column] = np.array(
            [f"{hostile} {v}" for v in scores.description[column]]
        )
    path = tmp_path / "<img src=x onerror=alert(2)>.csv"
    write_scores(path, scores)
    report([path], tmp_path / "report.html", resamples=2)
    page = read_page(tmp_path / "report.html")
    assert not page.all("script")
    assert not page.all("img")
    assert table(page.by_id("val"), "Generator")[1][0].startswith(hostile)


def test_the_command_writes_the_report(ours: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "report.html"
    arguments = ["report", str(ours), "--output", str(output), "--resamples", "2"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert read_page(output).by_id("val")


def test_what_cannot_be_reported_is_refused(copy: Path, theirs: Path, tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"scores\.csv is missing"):
        report([tmp_path / "empty"], output)
    with pytest.raises(InputError, match="both --data and --model"):
        report([copy], output, data=tmp_path)
    with pytest.raises(InputError, match="Two results are called theirs"):
        report([theirs, theirs], output, resamples=2)
    (tmp_path / "words.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="lacks the columns"):
        report([tmp_path / "words.csv"], output)
    (copy / "metrics.json").write_text("{}")
    with pytest.raises(InputError, match="not what `evaluate` writes"):
        report([copy], output)
    assert not output.exists()
