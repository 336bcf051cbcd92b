"""Real training on a small data set: a run that is killed, and one that is not."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.fit.batches import ValidationBatches
from realeyez_training.fit.config import Running, TrainConfig
from realeyez_training.fit.model import build_model, float32_copy, train_from, with_patches
from realeyez_training.fit.train import VALIDATION, train

CONFIG = TrainConfig(
    weights="none",
    batch=8,
    head_epochs=1,
    small_epochs=0,
    epochs=1,
    small_size=96,
    size=96,
    train_from="block6a",
)
STEP_BY_STEP = Running(save_every=1)
PATIENCE_S = 300


@pytest.fixture(scope="module")
def straight(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run from start to end."""
    run = tmp_path_factory.mktemp("straight") / "run"
    train(small_data, run, CONFIG, Running(save_every=2))
    return run


@pytest.fixture(scope="module")
def killed(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run in a process that is killed in the middle of an epoch, and gone on with."""
    run = tmp_path_factory.mktemp("killed") / "run"
    program = (
        "import sys; from pathlib import Path;"
        "from realeyez_training.fit.config import Running, TrainConfig;"
        "from realeyez_training.fit.train import train;"
        f"train(Path(sys.argv[1]), Path(sys.argv[2]), {CONFIG!r}, {STEP_BY_STEP!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", program, small_data, run])
    deadline = time.monotonic() + PATIENCE_S
    while not (run / "state-001-0001.keras").is_file():
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    train(small_data, run, CONFIG, STEP_BY_STEP)
    return run


def weights(run: Path) -> list[np.ndarray]:
    return keras.models.load_model(run / "best.keras", compile=False).get_weights()


def test_a_killed_run_goes_on_to_the_same_weights(straight: Path, killed: Path) -> None:
    for one, other in zip(weights(straight), weights(killed), strict=True):
        assert np.array_equal(one, other)
    newest = "state-002-0000.keras"
    one, other = (keras.models.load_model(run / newest) for run in (straight, killed))
    for mine, yours in zip(one.get_weights(), other.get_weights(), strict=True):
        assert np.array_equal(mine, yours)
    for mine, yours in zip(one.optimizer.variables, other.optimizer.variables, strict=True):
        assert np.array_equal(mine.numpy(), yours.numpy())


def test_a_run_keeps_its_history_curves_and_newest_state(killed: Path) -> None:
    with (killed / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert {"size", "loss", "auc", "val_loss", "val_auc"} <= set(rows[0])
    with (killed / "steps.csv").open(newline="") as file:
        steps = [(row["epoch"], row["step"]) for row in csv.DictReader(file)]
    assert steps == [("0", "1"), ("0", "2"), ("1", "1"), ("1", "2")]
    assert (killed / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in killed.glob("state-*")] == ["state-002-0000.keras"]
    assert json.loads((killed / "config.json").read_text())["seed"] == CONFIG.seed
    assert list((killed / "tensorboard").glob("events.*"))


def test_best_is_the_epoch_of_the_highest_validation_auc(straight: Path, small_data: Path) -> None:
    with (straight / "history.csv").open(newline="") as file:
        best = float([*csv.DictReader(file)][-1]["val_auc"])  # its phase has one epoch
    model = keras.models.load_model(straight / "best.keras", compile=False)
    pictures = read_manifest(small_data, "val")
    validation = ValidationBatches(
        pictures, batch=CONFIG.batch, size=CONFIG.size, condition=VALIDATION
    )
    area = keras.metrics.AUC(from_logits=True)
    for i in range(len(validation)):
        views, labels = validation[i]
        area.update_state(labels, model(views, training=False))
    assert float(area.result()) == pytest.approx(best, abs=1e-3)


def test_a_finished_run_is_left_as_it_is(straight: Path, small_data: Path) -> None:
    before = (straight / "best.keras").read_bytes()
    assert train(small_data, straight, CONFIG) == straight / "best.keras"
    assert (straight / "best.keras").read_bytes() == before


def test_another_configuration_is_refused(straight: Path, small_data: Path) -> None:
    with pytest.raises(InputError, match="another configuration"):
        train(small_data, straight, TrainConfig(weights="none", seed=8))


def test_too_few_pictures_for_a_batch_are_told(small_data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="16 pictures of train make no batch of 17"):
        train(small_data, tmp_path / "run", TrainConfig(weights="none", batch=17))


def test_weights_that_are_no_file_are_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.h5"):
        build_model("nowhere.h5")


def test_a_precision_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match="float13"):
        build_model("none", "float13")


def test_the_mean_of_the_patches_is_the_logit(straight: Path) -> None:
    model = keras.models.load_model(straight / "best.keras", compile=False)
    views = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), np.uint8)
    outputs = with_patches(model).predict(views, verbose=0)
    assert outputs["patch_logits"].shape == (2, 7, 7)
    assert np.allclose(outputs["patch_logits"].mean((1, 2)), outputs["logit"], atol=1e-5)


def test_the_last_blocks_alone_can_be_trained() -> None:
    model = build_model("none")
    train_from(model, "block6a")
    trained = {
        layer.name.split("_")[0] for layer in model.get_layer("backbone").layers if layer.trainable
    }
    assert {"block6a", "block7a", "top"} <= trained
    assert not {"stem", "block5c"} & trained
    train_from(model, "head")
    assert len(model.trainable_variables) == 2
    with pytest.raises(InputError, match="block9z"):
        train_from(model, "block9z")


def test_the_residual_says_nothing_before_it_is_trained() -> None:
    views = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    model = build_model("none", residual=True)
    added = keras.Model(model.input, model.get_layer("picture_and_residual").output)
    assert np.array_equal(keras.ops.convert_to_numpy(added(views)), views)
    kernel = model.get_layer("residual_added").kernel
    kernel.assign(keras.ops.ones_like(kernel))
    changed = keras.ops.convert_to_numpy(added(views))
    assert not np.array_equal(changed, views)
    assert len(model.trainable_variables) > 100
    train_from(model, "head")
    assert len(model.trainable_variables) == 2
    copy = float32_copy(model)
    assert np.array_equal(*(keras.ops.convert_to_numpy(one(views)) for one in (model, copy)))


def test_mixed_precision_computes_in_16_bits_and_is_kept_in_32() -> None:
    model = build_model("none", "mixed_bfloat16")
    views = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), np.uint8)
    assert model.get_layer("backbone").layers[-1].compute_dtype == "bfloat16"
    mixed = keras.ops.convert_to_numpy(model(views))
    assert mixed.dtype == np.float32
    copy = float32_copy(model)
    assert {layer.compute_dtype for layer in copy.get_layer("backbone").layers} == {"float32"}
    exact = keras.ops.convert_to_numpy(copy(views))
    assert np.allclose(mixed, exact, atol=0.05)
    assert build_model("none").get_layer("backbone").layers[-1].compute_dtype == "float32"
