"""A few real steps with the other backends, each in a process of its own, where it is installed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from realeyez_training.fit.run_folder import read_rows


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_run_can_be_trained_and_gone_on_with(
    backend: str, small_data: Path, tmp_path: Path
) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed; PyTorch is too large to be, install it to try")
    run = tmp_path / "run"
    command = [sys.executable, "-m", "realeyez_training", "train", "--data", small_data]
    command += ["--run", run, "--weights", "none", "--batch", "8", "--train-from", "top"]
    command += ["--head-epochs", "0", "--small-epochs", "0", "--epochs", "2", "--size", "96"]
    environment = os.environ | {"KERAS_BACKEND": backend}
    subprocess.run(command, env=environment, check=True, timeout=900)
    assert [row["epoch"] for row in read_rows(run / "history.csv")] == ["0", "1"]
    assert (run / "best.keras").is_file()

    (run / "state-002-0000.keras").rename(run / "state-001-0001.keras")
    subprocess.run(command, env=environment, check=True, timeout=900)
    assert (run / "state-002-0000.keras").is_file()
