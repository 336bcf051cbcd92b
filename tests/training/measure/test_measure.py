from dataclasses import replace

import numpy as np
import pytest

from realeyez.models import Thresholds
from realeyez_training.errors import InputError
from realeyez_training.measure.bands import fit_thresholds
from realeyez_training.measure.measure import measure
from realeyez_training.measure.scores import Scores

BANDS = Thresholds(real=0.3, balanced=0.5, ai=0.7)


def test_every_split_and_condition_has_its_figures(scores: Scores) -> None:
    found = measure("detector", scores, BANDS, resamples=20)
    assert found.thresholds == BANDS
    assert found.figures.keys() == found.null_check.keys() == {"val", "test_seen"}
    for split, conditions in found.figures.items():
        assert conditions.keys() == {"clean", "web"}
        for figures in conditions.values():
            of_split = scores.description["split"] == split
            assert figures.real + figures.ai == of_split.sum()
            assert sum(each.pictures for each in figures.sources.values()) == figures.real
            assert sum(each.pictures for each in figures.generators.values()) == figures.ai
            assert figures.auc.low <= figures.auc.value <= figures.auc.high
    val = found.figures["val"]
    assert val["clean"].auc.value > val["web"].auc.value


def test_the_worst_is_the_worst_of_those_with_enough_pictures(scores: Scores) -> None:
    probabilities = scores.probabilities["clean"].copy()
    probabilities[scores.description["generator"] == "two"] = 0.2
    probabilities[scores.description["generator"] == "three"] = 0.0  # too few to say
    found = measure("d", replace(scores, probabilities={"clean": probabilities}), BANDS, 5)
    assert found.figures["val"]["clean"].generators["three"].pictures < 10
    assert found.figures["val"]["clean"].worst_generator == "two"


def test_a_detector_without_thresholds_gets_them_from_its_val(scores: Scores) -> None:
    val = scores.slice("val", "clean")
    expected = fit_thresholds(val.probabilities, val.labels)
    assert measure("detector", scores, resamples=1).thresholds == expected
    rest = scores.description["split"] != "val"
    no_val = {name: values[rest] for name, values in scores.description.items()}
    clean = {"clean": scores.probabilities["clean"][rest]}
    with pytest.raises(InputError, match="no scores of val"):
        measure("detector", Scores(no_val, clean, None), resamples=1)


def test_a_split_of_one_label_is_refused(scores: Scores) -> None:
    labels = np.where(scores.description["split"] == "val", "real", scores.description["label"])
    one_label = replace(scores, description=scores.description | {"label": labels})
    with pytest.raises(InputError, match="val of detector needs real and AI"):
        measure("detector", one_label, BANDS, 1)


def test_without_metadata_there_is_no_null_check(scores: Scores) -> None:
    assert measure("d", replace(scores, metadata=None), BANDS, 1).null_check == {}
