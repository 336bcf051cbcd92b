"""Groups of pictures, and the split that each goes to."""

import hashlib
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from realeyez_training.errors import InputError

Split = Literal["train", "val", "test_seen", "test_unseen"]
SPLITS: tuple[Split, ...] = ("train", "val", "test_seen", "test_unseen")

Shares = tuple[float, float, float]  # of train, val, test_seen; test_unseen is never drawn


def parse_shares(text: str) -> Shares:
    """`75,10,15` → the shares of train, val and test_seen. Raises `InputError`."""
    try:
        train, val, test_seen = (float(share) for share in text.split(","))
    except ValueError:
        train = val = test_seen = -1.0
    if not (min(train, val, test_seen) >= 0 and 0 < train + val + test_seen < np.inf):
        raise InputError(
            f"--shares {text}: give three numbers, for train, val and test_seen, such as 75,10,15."
        )
    return train, val, test_seen


def join_groups(keys: Sequence[Hashable], pairs: NDArray[np.int64]) -> NDArray[np.int32]:
    """Number the groups that equal keys and `pairs` (int64 `[n, 2]`, indices) make together.

    Returns int32 `[len(keys)]`.
    """
    first: dict[Hashable, int] = {}
    to_first = [(i, first.setdefault(key, i)) for i, key in enumerate(keys)]
    links = np.concatenate([np.array(to_first, np.int64).reshape(-1, 2), pairs])
    graph = coo_array((np.ones(len(links), bool), links.T), shape=(len(keys), len(keys)))
    return connected_components(graph, directed=False)[1]


def draw_split(group: str, seed: int, shares: Shares) -> Split:
    """The split of a group, from its name and the seed alone: other groups do not matter."""
    digest = hashlib.sha256(f"{seed}/{group}".encode()).digest()
    edges = list(accumulate(shares))
    point = int.from_bytes(digest[:6], "big") / 2**48 * edges[-1]
    return SPLITS[bisect_right(edges, point)]
