"""The order in which an epoch visits its pictures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from realeyez_training.data.manifest import Picture


def drawn_order(
    pictures: Sequence[Picture],
    rng: np.random.Generator,
    *,
    sources: float = 0.0,
    contents: float = 0.0,
) -> NDArray[np.int64]:
    """As many indices as there are pictures, int64 `[len(pictures)]`, drawn anew by `rng`.

    sources: 0 visits every picture once; 1 every source of a label equally often; between, a source
    of n pictures is visited as n to the power of 1 - sources. contents: the same of what pictures
    show. A label gets as many visits as it has pictures, and pictures of one source and content get
    equally many, but for one.
    """
    if not (sources or contents):
        return rng.permutation(len(pictures))
    labels = Counter(picture.label for picture in pictures)
    of_source = Counter((picture.label, picture.source) for picture in pictures)
    of_content = Counter((picture.label, picture.content) for picture in pictures)
    members: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, picture in enumerate(pictures):
        members[picture.label, picture.source, picture.content].append(i)
    weights: dict[tuple[int, str, str], float] = {}
    totals: dict[int, float] = defaultdict(float)
    for (label, source, content), there in members.items():
        weight = len(there) * of_source[label, source] ** -sources
        weight *= of_content[label, content] ** -contents
        weights[label, source, content] = weight
        totals[label] += weight
    visits = [
        index
        for alike, there in members.items()
        for index in _visits(there, weights[alike] / totals[alike[0]] * labels[alike[0]], rng)
    ]
    return rng.permutation(np.array(visits, np.int64))[: len(pictures)]


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
