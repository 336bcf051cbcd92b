from dataclasses import replace

import numpy as np
import pytest

from realeyez_training.measure.bootstrap import intervals
from realeyez_training.measure.scores import Scores, Slice


def mean(data: Slice) -> dict[str, float]:
    return {"mean": float(data.probabilities.mean())}


@pytest.fixture
def data(scores: Scores) -> Slice:
    return scores.slice("val", "clean")


def test_an_interval_of_single_pictures_is_that_of_the_mean(data: Slice) -> None:
    """Against the normal approximation, mean ± 1.96 standard errors."""
    alone = replace(data, groups=np.arange(len(data.labels)).astype(str))
    found = intervals(alone, mean, 2000)["mean"]
    error = 1.96 * data.probabilities.std() / np.sqrt(len(data.labels))
    assert found.value == pytest.approx(data.probabilities.mean())
    assert found.low == pytest.approx(found.value - error, abs=error / 5)
    assert found.high == pytest.approx(found.value + error, abs=error / 5)


def test_pictures_that_repeat_each_other_tell_no_more_than_one(data: Slice) -> None:
    """Every picture ten times in its group: the interval stays as wide as without the copies."""
    alone = replace(data, groups=np.arange(len(data.labels)).astype(str))
    tenfold = alone.take(np.repeat(np.arange(len(data.labels)), 10))
    once, often = (intervals(each, mean, 1000)["mean"] for each in (alone, tenfold))
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.1)


def test_the_same_seed_gives_the_same_interval(data: Slice) -> None:
    assert intervals(data, mean, 50) == intervals(data, mean, 50)
    assert intervals(data, mean, 50) != intervals(data, mean, 50, seed=1)


def test_draws_of_one_label_are_left_out(scores: Scores) -> None:
    data = scores.slice("val", "clean")
    one_of_each = [np.flatnonzero(data.labels)[0], np.flatnonzero(~data.labels)[0]]
    few = data.take(np.array(one_of_each))

    def both(sample: Slice) -> dict[str, float]:
        assert sample.labels.any()
        assert not sample.labels.all()
        return mean(sample)

    intervals(few, both, 100)
