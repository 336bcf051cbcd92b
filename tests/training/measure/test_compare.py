"""Runs set side by side on val."""

import os
import shutil
from pathlib import Path

import keras
import pytest
from rich.console import Console

from realeyez_training.errors import InputError
from realeyez_training.fit.model import build_model
from realeyez_training.measure.compare import Compared, compare, table
from realeyez_training.measure.scores import read_scores


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Untrained networks, of which the last two are the same."""
    folder = tmp_path_factory.mktemp("runs")
    made = [folder / name for name in ("one", "other", "same")]
    for seed, run in zip((1, 2, 2), made, strict=True):
        run.mkdir()
        keras.utils.set_random_seed(seed)
        build_model("none").save(run / "best.keras")
    return made


@pytest.fixture(scope="module")
def compared(runs: list[Path], small_data: Path) -> list[Compared]:
    return compare(runs, [small_data], resamples=50)


def test_every_run_is_measured_clean_and_as_on_the_web(compared: list[Compared]) -> None:
    assert [(row.run, row.condition) for row in compared] == [
        (run, condition) for condition in ("clean", "web") for run in ("one", "other", "same")
    ]
    for row in compared:
        assert row.auc.low <= row.auc.value <= row.auc.high
        assert row.gain.low <= row.gain.value <= row.gain.high


def test_gains_are_over_the_first_run_on_the_same_draws(compared: list[Compared]) -> None:
    one, other, same = compared[:3]
    assert (one.gain.low, one.gain.value, one.gain.high) == (0, 0, 0)
    assert other.gain.value == other.auc.value - one.auc.value != 0
    assert other.gain == same.gain


def test_scores_are_kept_and_not_made_again(
    compared: list[Compared], runs: list[Path], small_data: Path, tmp_path: Path
) -> None:
    scores = read_scores(runs[0] / "val.csv")
    assert set(scores.description["split"]) == {"val"}
    (kept := tmp_path / "kept").mkdir()
    (kept / "val.csv").write_bytes((runs[0] / "val.csv").read_bytes())  # and no model
    again = compare([kept], [small_data], resamples=50)
    assert [row.auc for row in again] == [compared[0].auc, compared[3].auc]


def test_a_newer_model_and_other_pictures_are_scored_again(
    compared: list[Compared], runs: list[Path], small_data: Path, tmp_path: Path
) -> None:
    before = (runs[0] / "val.csv").read_bytes()
    kept = (runs[0] / "val.csv").stat().st_mtime
    build_model("none").save(tmp_path / "best.keras")
    (runs[0] / "best.keras").write_bytes((tmp_path / "best.keras").read_bytes())
    os.utime(runs[0] / "best.keras", (kept + 5, kept + 5))
    compare(runs[:1], [small_data], resamples=50)
    assert (runs[0] / "val.csv").read_bytes() != before

    listed = (small_data / "manifest.csv").read_text().splitlines()
    (tmp_path / "manifest.csv").write_text("\n".join(listed[:60]))
    for path in small_data.glob("val-*.jpg"):
        shutil.copy(path, tmp_path)
    compare(runs[:1], [tmp_path], resamples=50)
    assert len(read_scores(runs[0] / "val.csv").description["path"]) == 59 - 16


def test_what_cannot_be_compared_is_told(
    runs: list[Path], small_data: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"no best\.keras"):
        compare([tmp_path], [small_data])
    listed = (small_data / "manifest.csv").read_text().splitlines()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.csv").write_text("\n".join(listed))
    with pytest.raises(InputError, match="one path"):
        compare(runs[:1], [tmp_path / "a", tmp_path / "b"])
    real = [listed[0], *(line for line in listed if ",real," in line)]
    (tmp_path / "a" / "manifest.csv").write_text("\n".join(real))
    with pytest.raises(InputError, match="real and AI"):
        compare(runs[:1], [tmp_path / "a"])


def test_the_table_tells_every_run(compared: list[Compared]) -> None:
    console = Console(record=True, width=120)
    console.print(table(compared))
    assert console.export_text().count("other") == 2
