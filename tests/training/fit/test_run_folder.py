from pathlib import Path

import boto3
import keras
import numpy as np
import pytest

from realeyez_training.errors import InputError
from realeyez_training.fit.config import DEFAULTS
from realeyez_training.fit.run_folder import (
    claim,
    epochs_since_best,
    fetch_run,
    is_best,
    newest_state,
    read_rows,
    record_epoch,
    record_steps,
    save_state,
    training_figures,
)


def model(weight: float) -> keras.Model:
    made = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    made.set_weights([np.array([[weight]])])
    made.compile("adam", "mse", jit_compile=False)
    made.optimizer.build(made.trainable_variables)
    return made


def epoch(number: int, auc: float) -> dict[str, float]:
    return {
        "epoch": number,
        "size": 224,
        "loss": 0.5,
        "auc": 0.9,
        "val_loss": 0.6,
        "val_auc": auc,
    }


def test_the_newest_state_alone_is_kept(tmp_path: Path) -> None:
    assert newest_state(tmp_path) is None
    save_state(tmp_path, model(1.0), 0, 20)
    save_state(tmp_path, model(2.0), 1, 0)
    found = newest_state(tmp_path)
    assert found is not None
    assert found[:2] == (1, 0)
    assert found[2].get_weights()[0].item() == 2.0
    assert [path.name for path in tmp_path.glob("state-*")] == ["state-001-0000.keras"]


def test_steps_that_are_done_again_are_recorded_once(tmp_path: Path) -> None:
    for step, loss in ((20, 0.9), (40, 0.7), (40, 0.5), (43, 0.1)):
        record_steps(tmp_path, {"epoch": 0, "step": step, "loss": loss, "auc": 0.5})
    assert [(row["step"], row["loss"]) for row in read_rows(tmp_path / "steps.csv")] == [
        ("20", "0.9"),
        ("40", "0.5"),
        ("43", "0.1"),
    ]
    expected = (20 * 0.9 + 20 * 0.5 + 3 * 0.1) / 43
    assert training_figures(tmp_path, 0)["loss"] == pytest.approx(expected)


def test_best_is_told_among_the_epochs_of_a_phase(tmp_path: Path) -> None:
    record_epoch(tmp_path, epoch(0, 0.95))
    assert is_best(tmp_path, epoch(1, 0.80), since=1)
    assert not is_best(tmp_path, epoch(1, 0.80), since=0)
    record_epoch(tmp_path, epoch(1, 0.80))
    assert not is_best(tmp_path, epoch(2, 0.79), since=1)
    record_epoch(tmp_path, epoch(2, 0.79))
    assert epochs_since_best(tmp_path, since=1) == 1
    assert epochs_since_best(tmp_path, since=0) == 2
    assert epochs_since_best(tmp_path, since=3) == 0


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    claim(tmp_path / "run", {"seed": 1})
    claim(tmp_path / "run", {"seed": 1})
    with pytest.raises(InputError, match="another configuration"):
        claim(tmp_path / "run", {"seed": 2})


def test_a_setting_that_came_since_had_its_default(tmp_path: Path) -> None:
    claim(tmp_path / "run", {"seed": 1})
    with pytest.raises(InputError, match="another configuration"):
        claim(tmp_path / "run", {"seed": 1, "mixup": 0.2})
    claim(tmp_path / "run", {"seed": 1, "mixup": DEFAULTS.mixup})


def test_a_run_goes_on_from_s3_on_a_fresh_machine(tmp_path: Path, bucket: str) -> None:
    mirror = f"s3://{bucket}/runs/one"
    here, there = tmp_path / "here", tmp_path / "there"
    claim(here, {"seed": 1})
    save_state(here, model(1.0), 0, 20, mirror)
    record_epoch(here, epoch(0, 0.8))
    save_state(here, model(2.0), 1, 0, mirror)

    fetch_run(mirror, there)
    claim(there, {"seed": 1})
    found = newest_state(there)
    assert found is not None
    assert found[:2] == (1, 0)
    assert found[2].get_weights()[0].item() == 2.0
    assert (there / "history.csv").read_text() == (here / "history.csv").read_text()
    stored = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix="runs/one/state")["Contents"]
    assert [row["Key"] for row in stored] == ["runs/one/state-001-0000.keras"]


def test_what_a_machine_has_itself_is_not_fetched_over(tmp_path: Path, bucket: str) -> None:
    mirror = f"s3://{bucket}/runs/two"
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        claim(folder, {"seed": 1})
    save_state(old, model(1.0), 0, 20, mirror)
    save_state(new, model(2.0), 0, 40)
    fetch_run(mirror, new)
    found = newest_state(new)
    assert found is not None
    assert found[:2] == (0, 40)


def test_a_machine_that_fell_behind_goes_on_from_s3(tmp_path: Path, bucket: str) -> None:
    mirror = f"s3://{bucket}/runs/three"
    behind, ahead = tmp_path / "behind", tmp_path / "ahead"
    for folder in (behind, ahead):
        claim(folder, {"seed": 1})
    save_state(behind, model(1.0), 3, 0)
    save_state(ahead, model(2.0), 6, 0, mirror)
    fetch_run(mirror, behind)
    found = newest_state(behind)
    assert found is not None
    assert found[0] == 6
    assert found[2].get_weights()[0].item() == 2.0
