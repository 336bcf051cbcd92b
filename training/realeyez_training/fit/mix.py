"""Pictures mixed with one another, and the labels that follow."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Labels = NDArray[np.float32]

PATCH = 32  # pixels: what one patch of the head's map stands for


def patched(view: Pixels, other: Pixels, rng: np.random.Generator) -> tuple[Pixels, float]:
    """The view with a rectangle of another, and the rectangle's share of it.

    Views are `[size, size, 3]`; the rectangle is made of whole patches, a fifth to nine tenths of
    each side, as the mean of the patches' logits decides.
    """
    cells = view.shape[0] // PATCH
    height, width = (max(1, round(cells * rng.uniform(0.2, 0.9))) for _ in range(2))
    top = PATCH * int(rng.integers(cells - height + 1))
    left = PATCH * int(rng.integers(cells - width + 1))
    part = np.s_[top : top + PATCH * height, left : left + PATCH * width]
    mixed = view.copy()
    mixed[part] = other[part]
    return mixed, height * width / cells**2


def mixed_up(
    views: Pixels, labels: Labels, alpha: float, rng: np.random.Generator
) -> tuple[Pixels, Labels]:
    """Each view and label blended with another's of the batch (mixup, arXiv 1710.09412).

    alpha: of the Beta distribution that the shares are drawn from; 0 leaves all as they are.
    """
    if not alpha:
        return views, labels
    others = rng.permutation(len(views))
    share = rng.beta(alpha, alpha, (len(views), 1)).astype(np.float32)
    blend = share[..., None, None] * views + (1 - share[..., None, None]) * views[others]
    return np.rint(blend).astype(np.uint8), share * labels + (1 - share) * labels[others]
