"""How sure a figure is: its interval when whole groups of pictures are drawn again."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from realeyez_training.measure.figures import Interval
from realeyez_training.measure.scores import Floats, Names, Slice

RESAMPLES = 1000


def intervals(
    data: Slice, figures: Callable[[Slice], dict[str, float]], resamples: int, seed: int = 0
) -> dict[str, Interval]:
    """Every figure with its 95 % percentile interval.

    Pictures of one group (a prompt, a person, a product) resemble each other, so groups are drawn
    and not pictures: the cluster bootstrap (Field & Welsh, 2007, JRSS B 69). Draws that hold one
    label only are left out.
    """
    drawn: list[dict[str, float]] = []
    for rows in draws(data.groups, resamples, seed):
        sample = data.take(rows)
        if sample.labels.any() and not sample.labels.all():
            drawn.append(figures(sample))
    return {
        name: Interval(value=value, **bounds([figure[name] for figure in drawn] or [value]))
        for name, value in figures(data).items()
    }


def draws(groups: Names, count: int, seed: int = 0) -> Iterator[NDArray[np.intp]]:
    """Rows of as many groups as there are, drawn with replacement."""
    _, codes = np.unique(groups, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])


def bounds(values: Sequence[float] | Floats) -> dict[str, float]:
    """The middle 95 % of what was drawn."""
    low, high = np.percentile(values, [2.5, 97.5])
    return {"low": float(low), "high": float(high)}
