"""The order in which an epoch visits its pictures."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def drawn_order(
    sources: Sequence[str], balance: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """As many indices as there are pictures, int64 `[len(sources)]`, drawn anew by `rng`.

    balance: 0 visits every picture once; 1 every source equally often; between, a source of n
    pictures is visited as n to the power of 1 - balance. Within a source all get equal visits,
    but for one.
    """
    if not balance:
        return rng.permutation(len(sources))
    counts = Counter(sources)
    weights = {source: count ** (1 - balance) for source, count in counts.items()}
    scale = len(sources) / sum(weights.values())
    members: dict[str, list[int]] = {source: [] for source in counts}
    for i, source in enumerate(sources):
        members[source].append(i)
    visits = [
        index
        for source, there in members.items()
        for index in _visits(there, weights[source] * scale, rng)
    ]
    return rng.permutation(np.array(visits, np.int64))[: len(sources)]


def _visits(members: Sequence[int], visits: float, rng: np.random.Generator) -> Iterator[int]:
    for _ in range(int(visits / len(members))):
        yield from members
    rest = visits % len(members)
    yield from rng.permutation(members)[: int(np.ceil(rest))]


def in_turn(count: int, start: int, number: int, seed: int) -> list[int]:
    """`number` indices below `count` from the place `start` of an endless list of shuffled laps."""
    laps = {place // count for place in range(start, start + number)}
    orders = {lap: np.random.default_rng((seed, lap)).permutation(count) for lap in laps}
    return [int(orders[place // count][place % count]) for place in range(start, start + number)]
