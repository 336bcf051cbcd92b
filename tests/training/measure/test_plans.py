import numpy as np

from realeyez_training.measure.plans import choose

RNG = np.random.default_rng(6)
COUNT = 400
LABELS = RNG.random(COUNT) < 0.5
GROUPS = np.arange(COUNT).astype(str)
GOOD = RNG.normal(2.0 * LABELS, 1)


def test_a_dearer_plan_that_is_better_by_chance_is_not_chosen() -> None:
    nearly = GOOD + RNG.normal(0, 0.05, COUNT)
    assert choose([nearly, GOOD], LABELS, GROUPS) == 0
    assert choose([GOOD, nearly], LABELS, GROUPS) == 0


def test_a_dearer_plan_that_is_better_is_chosen() -> None:
    worse = GOOD + RNG.normal(0, 2, COUNT)
    assert choose([worse, GOOD], LABELS, GROUPS) == 1
    assert choose([worse, GOOD, GOOD], LABELS, GROUPS) == 1


def test_the_same_scores_choose_the_cheapest() -> None:
    assert choose([GOOD, GOOD, GOOD], LABELS, GROUPS) == 0
