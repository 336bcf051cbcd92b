"""Pairs of pictures that look nearly the same."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from realeyez_training.curate.fingerprint import Fingerprint

# Of 64 bits, how many may differ: in the hash that is nearer, and in the other one.
NEAR = 6
# Smooth pictures and aligned portraits collide in one hash by chance, and then differ in the other
# by some 30 bits, as any two pictures do. Copies that were scaled, re-encoded or trimmed do not.
AGREED = 16

ROWS = 512  # compared with all the others at a time


def near_duplicates(fingerprints: Sequence[Fingerprint]) -> NDArray[np.int64]:
    """The indices of near-duplicates, copies among them: int64 `[pairs, 2]`, the lower first.

    All are compared with all: the time grows with the square of their number.
    """
    dhash = np.array([int(one.dhash, 16) for one in fingerprints], np.uint64)
    phash = np.array([int(one.phash, 16) for one in fingerprints], np.uint64)
    pairs = [np.empty((0, 2), np.int64)]
    for start in range(0, len(fingerprints), ROWS):
        rows = slice(start, start + ROWS)
        by_dhash = np.bitwise_count(dhash[rows, None] ^ dhash[start:])
        by_phash = np.bitwise_count(phash[rows, None] ^ phash[start:])
        near = (np.minimum(by_dhash, by_phash) <= NEAR) & (np.maximum(by_dhash, by_phash) <= AGREED)
        pairs.append(np.argwhere(np.triu(near, 1)) + start)
    return np.concatenate(pairs)
