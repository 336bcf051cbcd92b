import numpy as np

from realeyez_training.measure.null_check import null_check

RNG = np.random.default_rng(2)
COUNT = 400
LABELS = RNG.random(COUNT) < 0.5
GROUPS = np.arange(COUNT).astype(str)


def metadata(widths: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return np.column_stack([widths, np.full(COUNT, 256.0), RNG.integers(3, 30, COUNT), sizes])


def test_files_that_say_nothing_count() -> None:
    found = null_check(metadata(np.full(COUNT, 256.0), RNG.normal(9e3, 1e3, COUNT)), LABELS, GROUPS)
    assert found.auc < 0.6
    assert found.counts


def test_a_size_that_tells_the_label_is_found_out() -> None:
    widths = np.where(LABELS ^ (RNG.random(COUNT) < 0.2), 512.0, 640.0)
    found = null_check(metadata(widths, np.full(COUNT, 9e3)), LABELS, GROUPS)
    assert found.auc > 0.7
    assert not found.counts


def test_bytes_are_told_apart_and_count_too() -> None:
    sizes = RNG.normal(9e3, 1e3, COUNT) + 3e3 * LABELS
    found = null_check(metadata(np.full(COUNT, 256.0), sizes), LABELS, GROUPS)
    assert found.auc_with_bytes > 0.8
    assert not found.counts


def test_what_holds_within_a_group_only_is_not_reachable() -> None:
    """Every group has a width of its own and one label: learnt by heart, of no use elsewhere."""
    groups = np.repeat(np.arange(COUNT // 10), 10)
    labels = (groups % 2).astype(bool)
    widths = 1.0 + RNG.permutation(COUNT // 10)[groups]
    found = null_check(
        np.column_stack([widths, np.full((COUNT, 1), 256.0), np.full((COUNT, 2), 9.0)]),
        labels,
        groups.astype(str),
    )
    assert found.auc < 0.7
