"""How far the files' metadata alone tell real from AI."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from realeyez_training.curate.fingerprint import Fingerprint
from realeyez_training.curate.report import Leaks
from realeyez_training.data.leak import reachable_auc
from realeyez_training.data.manifest import Picture


def find_leaks(pictures: Sequence[Picture], fingerprints: Sequence[Fingerprint]) -> Leaks:
    """Look for leaks in the pictures that go with the fingerprints."""
    labels: dict[str, set[int]] = defaultdict(set)
    unseen: dict[str, set[bool]] = defaultdict(set)
    for picture in pictures:
        labels[picture.content].add(picture.label)
        origin = picture.generator if picture.label else picture.source
        unseen[origin].add(picture.split == "test_unseen")
    return Leaks(
        metadata_auc=metadata_auc(pictures, fingerprints),
        one_label_contents={
            content: "ai" if 1 in there else "real"
            for content, there in sorted(labels.items())
            if content and len(there) == 1
        },
        unseen_that_are_seen=sorted(origin for origin, there in unseen.items() if len(there) > 1),
    )


def metadata_auc(pictures: Sequence[Picture], fingerprints: Sequence[Fingerprint]) -> float | None:
    """AUC that size, format and bytes reach. None where a label has too few groups."""
    width, height, size = np.array(
        [(one.width, one.height, one.bytes) for one in fingerprints], float
    ).T
    _, formats = np.unique([one.format for one in fingerprints], return_inverse=True)
    return reachable_auc(
        np.column_stack([formats, width, height, width / height, size, size / (width * height)]),
        np.array([picture.label == 1 for picture in pictures]),
        np.array([picture.group for picture in pictures]),
    )
