"""Scores drawn at random: a middling detector."""

import numpy as np
import pytest

from realeyez_training.measure.scores import Scores


@pytest.fixture
def scores() -> Scores:
    """Two conditions of two splits, 300 pictures, in groups of about three."""
    rng = np.random.default_rng(11)
    count = 300
    ai = rng.random(count) < 0.5
    split = np.where(rng.random(count) < 0.5, "val", "test_seen")
    generator = np.where(ai, rng.choice(["one", "two", "three"], count, p=[0.6, 0.37, 0.03]), "")
    return Scores(
        description={
            "path": np.array([f"{i}.jpg" for i in range(count)]),
            "split": split,
            "label": np.where(ai, "ai", "real"),
            "generator": generator,
            "source": rng.choice(["camera", "web"], count),
            "content": np.full(count, "mixed"),
            "group": np.array([f"{name}-{rng.integers(100)}" for name in split]),
        },
        probabilities={
            condition: 1 / (1 + np.exp(-rng.normal(strength * (2 * ai - 1), 1)))
            for condition, strength in (("clean", 1.0), ("web", 0.5))
        },
        metadata=np.column_stack(
            [
                np.full((count, 2), 256.0),
                rng.integers(3, 30, count),
                rng.integers(9_000, 20_000, count),
            ]
        ),
    )
