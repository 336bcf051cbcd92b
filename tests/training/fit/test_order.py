"""The order of an epoch."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from realeyez_training.data.manifest import Picture
from realeyez_training.fit.order import drawn_order, in_turn

SOURCES = ["large"] * 90 + ["small"] * 10 + ["ai"] * 50
PICTURES = [
    Picture(Path(f"{i}"), int(source == "ai"), "train", source, "", "")
    for i, source in enumerate(SOURCES)
]


def visits(balance: float, seed: int = 1) -> Counter[str]:
    order = drawn_order(PICTURES, np.random.default_rng(seed), sources=balance)
    assert order.shape == (150,)
    return Counter(SOURCES[i] for i in order)


def test_without_balance_every_picture_is_visited_once() -> None:
    order = drawn_order(PICTURES, np.random.default_rng(1))
    assert sorted(order) == list(range(150))


@pytest.mark.parametrize(("balance", "small"), [(0.5, 25), (1.0, 50)])
def test_balance_draws_small_sources_more_often(balance: float, small: int) -> None:
    assert visits(balance)["small"] == pytest.approx(small, abs=1)
    assert visits(balance)["ai"] == 50  # labels keep their shares


def test_within_a_source_visits_are_equal_but_for_one() -> None:
    order = drawn_order(PICTURES, np.random.default_rng(1), sources=1.0)
    small = Counter(i for i in order if SOURCES[i] == "small")
    large = Counter(i for i in order if SOURCES[i] == "large")
    assert set(small.values()) <= {4, 5}
    assert set(large.values()) == {1}


def test_balance_draws_scarce_contents_more_often() -> None:
    shown = ["faces"] * 80 + ["scene"] * 20
    pictures = [
        Picture(Path(f"{i}"), 1, "train", "one", "", "", content) for i, content in enumerate(shown)
    ]
    order = drawn_order(pictures, np.random.default_rng(1), contents=1.0)
    assert Counter(shown[i] for i in order)["scene"] == pytest.approx(50, abs=1)
    both = drawn_order(PICTURES, np.random.default_rng(1), sources=1.0, contents=1.0)
    assert Counter(SOURCES[i] for i in both)["small"] == pytest.approx(50, abs=1)  # one content


def test_turns_visit_all_before_any_again() -> None:
    turns = [i for start in range(0, 21, 3) for i in in_turn(7, start, 3, seed=1)]
    assert turns == in_turn(7, 0, 21, seed=1)
    for lap in range(3):
        assert sorted(turns[7 * lap : 7 * (lap + 1)]) == list(range(7))
    assert in_turn(7, 0, 7, seed=2) != turns[:7]


def test_no_pairs_take_no_turns() -> None:
    assert in_turn(0, 0, 0, seed=1) == []
