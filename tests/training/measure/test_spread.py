"""What monitoring compares the feed with."""

from pathlib import Path

import numpy as np
import pytest

from realeyez.models import load_model
from realeyez.models.manifest import Thresholds
from realeyez_training.measure.scores import Slice, read_scores
from realeyez_training.measure.spread import spread

RESULTS = Path(__file__).parents[3] / "training" / "results"
BANDS = Thresholds(real=0.25, balanced=0.5, ai=0.75)


def pictures(*scored: tuple[bool, float]) -> Slice:
    names = np.array(["" for _ in scored])
    labels, probabilities = (np.array(values) for values in zip(*scored, strict=True))
    return Slice(labels, probabilities, names, names, names)


def test_real_and_ai_pictures_are_counted_apart() -> None:
    told = spread(
        pictures((False, 0.1), (False, 0.2), (False, 0.5), (False, 0.75), (True, 1.0)), BANDS
    )
    assert told["real"].verdicts == {"real": 0.5, "unsure": 0.25, "ai": 0.25}
    assert told["real"].probability[:5] == (0.25, 0.5, 0.5, 0.5, 0.75)
    assert told["ai"].verdicts == {"real": 0.0, "unsure": 0.0, "ai": 1.0}
    assert told["ai"].probability == (0.0,) * 9 + (1.0,)


def test_a_kind_without_pictures_is_left_out() -> None:
    assert spread(pictures((True, 0.3)), BANDS).keys() == {"ai"}


def test_the_shipped_manifest_tells_what_its_scores_do() -> None:
    manifest = load_model("bundled").manifest
    scores = read_scores(RESULTS / f"{manifest.name}-{manifest.version}" / "scores.csv")
    told = manifest.metrics["val"].spread
    assert told == spread(scores.slice("val", "clean"), manifest.thresholds)
    assert sum(told["ai"].verdicts.values()) == pytest.approx(1, abs=2e-4)
