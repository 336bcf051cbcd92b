from pathlib import Path

import numpy as np
import pytest

from realeyez_training.errors import InputError
from realeyez_training.measure.scores import Scores, read_scores, write_scores


def test_scores_come_back_to_the_last_digit(scores: Scores, tmp_path: Path) -> None:
    write_scores(tmp_path / "scores.csv", scores)
    again = read_scores(tmp_path / "scores.csv")
    assert again.splits == ["val", "test_seen"]
    for condition, values in scores.probabilities.items():
        assert np.array_equal(again.probabilities[condition], values)
    for name, names in scores.description.items():
        assert np.array_equal(again.description[name], names)
    assert again.metadata is not None
    assert np.array_equal(again.metadata, scores.metadata)


HEADER = "path,split,label,generator,source,content,group,clean"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no scores"),
        ("path,clean\na.jpg,0.5\n", "lacks the columns split, label"),
        (f"{HEADER}\na.jpg,val,real,,s,,g,1.5\n", "line 2: clean is '1.5'"),
        (f"{HEADER}\na.jpg,val,real,,s,,g,0.5\nb.jpg,val,ai,,s,,g,\n", "line 3: clean is ''"),
        (f"{HEADER}\na.jpg,val,real,,s,,g,nan\n", "line 2: clean is 'nan'"),
        (f"{HEADER}\na.jpg,val,fake,,s,,g,0.5\n", "line 2: the label 'fake'"),
        (f"{HEADER},width,height,quantisation,bytes\na,val,ai,,s,,g,1,2,2,x,9\n", "is 'x'"),
        (f"{HEADER}\na.jpg,test,real,,s,,g,0.5\n", "line 2: the split 'test'"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        read_scores(tmp_path / "scores.csv")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_scores(tmp_path / "nowhere.csv")
