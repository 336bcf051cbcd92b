from collections import Counter

import numpy as np
import pytest

from realeyez_training.curate.splits import draw_split, join_groups, parse_shares
from realeyez_training.errors import InputError


def test_equal_keys_and_pairs_join() -> None:
    pairs = np.array([[1, 4], [5, 6]])
    numbers = join_groups(["a", "b", "a", "c", "c", "d", "e"], pairs)
    assert numbers[0] == numbers[2]
    assert numbers[1] == numbers[3] == numbers[4]
    assert numbers[5] == numbers[6]
    assert len(set(numbers)) == 3


def test_splits_are_drawn_in_their_shares() -> None:
    counts = Counter(draw_split(f"group {i}", 7, (75, 10, 15)) for i in range(10_000))
    expected = {"train": 7500, "val": 1000, "test_seen": 1500}
    assert counts.keys() == expected.keys()
    assert all(abs(counts[split] - expected[split]) < 150 for split in expected)


def test_another_seed_draws_another_split() -> None:
    drawn = [[draw_split(f"{i}", seed, (1, 1, 1)) for i in range(50)] for seed in (1, 2)]
    assert drawn[0] != drawn[1]


def test_a_split_without_a_share_stays_empty() -> None:
    assert {draw_split(f"{i}", 7, (0, 2, 0)) for i in range(200)} == {"val"}


def test_shares_are_read() -> None:
    assert parse_shares("75, 10,15") == (75, 10, 15)


@pytest.mark.parametrize("text", ["", "75,10", "a,b,c", "0,0,0", "80,30,-10", "nan,1,1", "inf,1,1"])
def test_shares_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="75,10,15"):
        parse_shares(text)
