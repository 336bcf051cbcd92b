"""Data sets put together for training."""

from pathlib import Path

import pytest

from realeyez_training.errors import InputError
from realeyez_training.fit.pictures import read_training


def test_pairs_are_told_from_single_pictures(small_data: Path, small_pairs: Path) -> None:
    alone = read_training(small_data)
    both = read_training(small_data, [small_pairs])
    assert alone.counts == {"real": 8, "ai": 8, "pairs": 0}
    assert both.counts == {"real": 8, "ai": 8, "pairs": 8}
    assert alone.digest != both.digest
    for real, ai in both.pairs:
        assert (real.label, ai.label) == (0, 1)
        assert real.path.name == ai.path.name


def test_a_pair_needs_its_real_picture(small_pairs: Path, small_data: Path) -> None:
    with pytest.raises(InputError, match="--more"):
        read_training(small_pairs)
    with pytest.raises(InputError, match="--more"):
        read_training(small_pairs, [small_pairs])
    with pytest.raises(InputError, match="Two data sets have"):
        read_training(small_data, [small_data])
    assert read_training(small_pairs, [small_data]).counts["pairs"] == 8


def test_what_measures_is_not_trained_on(tmp_path: Path) -> None:
    columns = "path,label,source,generator,split,group,orig_sha1"
    data, more = tmp_path / "data", tmp_path / "more"
    for folder, rows in {
        data: ["a,real,s,,train,1,aa", "b,real,s,,test_unseen,2,bb"],
        more: ["c,real,s,,train,3,cc", "d,real,s,,train,4,bb", "e,real,s,,val,5,bb"],
    }.items():
        folder.mkdir()
        (folder / "manifest.csv").write_text("\n".join([columns, *rows]))
    with pytest.raises(InputError, match=r"more/d is of a file .* --beside"):
        read_training(data, [more])
