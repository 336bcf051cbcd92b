"""Each figure against scikit-learn's, or against its definition by hand."""

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    roc_auc_score,
    roc_curve,
)

from realeyez.models import Thresholds
from realeyez_training.measure.metrics import (
    average_precision,
    calibration,
    coverage_and_risk,
    cut_at_fpr,
    point_figures,
    win_rates,
)
from realeyez_training.measure.scores import Scores, Slice

BANDS = Thresholds(real=0.3, balanced=0.5, ai=0.7)


@pytest.fixture
def data(scores: Scores) -> Slice:
    return scores.slice("val", "clean")


def test_figures_are_those_of_scikit_learn(data: Slice) -> None:
    figures = point_figures(data, BANDS)
    labels, p = data.labels, data.probabilities
    assert figures["auc"] == pytest.approx(roc_auc_score(labels, p))
    assert figures["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, p >= 0.5))
    ap = average_precision_score(labels, p)
    assert figures["average_precision"] == pytest.approx(ap)
    assert figures["brier"] == pytest.approx(brier_score_loss(labels, p))
    alarms, hits, _ = roc_curve(labels, p, drop_intermediate=False)
    for rate, name in ((0.01, "tpr_at_fpr_1"), (0.05, "tpr_at_fpr_5")):
        assert figures[name] == pytest.approx(hits[alarms <= rate].max())


def test_ties_count_half() -> None:
    real, ai = np.array([0.2, 0.5, 0.5]), np.array([0.5, 0.1])
    labels = np.array([False] * 3 + [True] * 2)
    expected = roc_auc_score(labels, np.concatenate([real, ai]))
    assert win_rates(real, ai).mean() == pytest.approx(expected)


def test_tied_pictures_are_found_together() -> None:
    p, labels = np.array([0.9, 0.5, 0.5, 0.5, 0.1]), np.array([True, True, False, True, False])
    assert average_precision(p, labels) == pytest.approx(average_precision_score(labels, p))


def test_no_more_than_the_rate_exceed_the_cut() -> None:
    real = np.array([0.1, 0.2, 0.3, 0.4])
    assert cut_at_fpr(real, 0.25) == 0.3
    assert cut_at_fpr(real, 0.24) == 0.4
    assert cut_at_fpr(np.array([0.3, 0.9, 0.9]), 0.4) == 0.9


def test_the_bands_say_what_people_are_told(data: Slice) -> None:
    figures = point_figures(data, BANDS)
    ai, p = data.labels, data.probabilities
    assert figures["unsure"] == pytest.approx(((p >= 0.3) & (p < 0.7)).mean())
    assert figures["real_called_ai"] == pytest.approx((p[~ai] >= 0.7).mean())
    assert figures["ai_called_ai"] == pytest.approx((p[ai] >= 0.7).mean())
    assert figures["ai_called_real"] == pytest.approx((p[ai] < 0.3).mean())
    wrong = (p[~ai] >= 0.7).sum() + (p[ai] < 0.3).sum()
    assert figures["risk"] == pytest.approx(wrong / ((p >= 0.7) | (p < 0.3)).sum())


def test_macro_is_the_plain_mean_over_names(data: Slice) -> None:
    figures = point_figures(data, BANDS)
    real = data.probabilities[~data.labels]
    aucs = [
        roc_auc_score([0] * len(real) + [1] * len(ai), [*real, *ai])
        for name in ("one", "two", "three")
        if len(ai := data.probabilities[data.generators == name])
    ]
    assert figures["macro_generator_auc"] == pytest.approx(np.mean(aucs))
    of_sources = [
        (data.probabilities[~data.labels & (data.sources == name)] >= 0.5).mean()
        for name in ("camera", "web")
    ]
    assert figures["macro_source_fpr"] == pytest.approx(np.mean(of_sources))


def test_calibration_error_of_a_known_gap() -> None:
    """Told 0.9, true in 3 of 4; told 0.1, never true: a gap of 0.15 and one of 0.1."""
    probabilities = np.array([0.9] * 4 + [0.1] * 4)
    labels = np.array([True, True, True, False] + [False] * 4)
    found = calibration(probabilities, labels)
    assert found.error == pytest.approx((0.15 + 0.1) / 2)
    assert found.counts.sum() == 8
    assert calibration(np.array([0.0, 1.0]), np.array([False, True])).error == 0


def test_risk_falls_with_coverage_and_ends_at_the_error_of_all(data: Slice) -> None:
    coverage, risk = coverage_and_risk(data, BANDS)
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(((data.probabilities >= 0.5) != data.labels).mean())
    assert risk[: len(risk) // 4].mean() < risk[-1]
