from collections import defaultdict
from pathlib import Path

import pytest

from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError


def test_a_missing_or_malformed_manifest_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.csv").write_text("path,label\na.jpg,real\n")
    with pytest.raises(InputError, match="generator, group, source, split"):
        read_manifest(tmp_path)
    columns = "path,label,source,generator,split,group"
    (tmp_path / "manifest.csv").write_text(f"{columns}\na.jpg,fake,s,,train,g\n")
    with pytest.raises(InputError, match="'fake'"):
        read_manifest(tmp_path)


def test_no_group_of_the_data_set_crosses_splits(data: Path) -> None:
    splits = defaultdict(set)
    for picture in read_manifest(data):
        splits[picture.group].add(picture.split)
    assert all(len(found) == 1 for found in splits.values())
