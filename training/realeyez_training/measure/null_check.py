"""What a classifier that never sees a pixel makes of the files that detectors are given."""

import numpy as np
from numpy.typing import NDArray

from realeyez_training.data.leak import reachable_auc
from realeyez_training.measure.figures import NullCheck
from realeyez_training.measure.scores import Floats, Names

MOST = 0.60  # the AUC beyond which files give their labels away


def null_check(metadata: Floats, labels: NDArray[np.bool_], groups: Names) -> NullCheck | None:
    """Check `[n, 4]`: width, height, quantisation, bytes. None if there are too few groups."""
    per_pixel = metadata[:, 3:] / (metadata[:, :1] * metadata[:, 1:2])
    auc = reachable_auc(metadata[:, :3], labels, groups)
    with_bytes = reachable_auc(np.hstack([metadata, per_pixel]), labels, groups)
    if auc is None or with_bytes is None:
        return None
    return NullCheck(auc=auc, auc_with_bytes=with_bytes, counts=max(auc, with_bytes) <= MOST)
