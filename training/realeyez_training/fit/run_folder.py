"""What a run leaves behind, so that a kill at any point loses at most the last few steps.

- `config.json`: what the run depends on.
- `state-EEE-SSSS.keras`: the newest state, to go on with epoch EEE at step SSSS. It is written
  last: whatever was not done when it was written is done again, to the same result.
- `best.keras`: the averaged weights of the highest validation AUC of the newest phase.
- `history.csv`, `curves.png`: the epochs; `steps.csv`, `tensorboard/`: the steps.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import keras
import numpy as np

from realeyez_training.data import s3
from realeyez_training.errors import InputError
from realeyez_training.fit.config import DEFAULTS
from realeyez_training.fit.curves import plot_curves

Row = dict[str, Any]

STATES = "state-*.keras"


def claim(run: Path, config: Row) -> None:
    """Write what this run is. Raises `InputError` if the folder holds another one.

    A setting that came after the run was begun had what is now its default.
    """
    run.mkdir(parents=True, exist_ok=True)
    path = run / "config.json"
    since = {name: value for name, value in asdict(DEFAULTS).items() if name in config}
    if path.is_file() and since | json.loads(path.read_text()) != config:
        raise InputError(f"{run} holds a run of another configuration. Choose another --run.")
    path.write_text(json.dumps(config, indent=2) + "\n")


def fetch_run(mirror: str, run: Path) -> None:
    """Fetch the run kept at `mirror` (`s3://bucket/prefix`), if its state is newer than here."""
    there = (name for name in s3.list_objects(mirror) if fnmatch(name, STATES))
    here = (path.name for path in run.glob(STATES))
    if max(there, default="") > max(here, default=""):
        s3.restore(mirror, run)


def save_state(
    run: Path, model: keras.Model, epoch: int, step: int, mirror: str | None = None
) -> None:
    """Keep the model and its optimizer, to go on with `epoch` at `step`; at `mirror` too."""
    newest = run / f"state-{epoch:03}-{step:04}.keras"
    _save(model, newest)
    for older in run.glob(STATES):
        if older != newest:
            older.unlink()
    if mirror:
        s3.mirror(run, mirror, retire=STATES)


def newest_state(run: Path) -> tuple[int, int, keras.Model] | None:
    """The epoch and step to go on with and the model as it was, or None in a new run."""
    states = sorted(run.glob(STATES))
    if not states:
        return None
    epoch, step = states[-1].stem.removeprefix("state-").split("-")
    return int(epoch), int(step), keras.models.load_model(states[-1])


def record_steps(run: Path, row: Row) -> None:
    """Keep the figures of some steps; `row` holds `epoch` and `step`, the one they end before."""
    path = run / "steps.csv"
    now = row["epoch"], row["step"]
    kept = [old for old in read_rows(path) if (int(old["epoch"]), int(old["step"])) < now]
    _write_rows(path, [*kept, row])


def training_figures(run: Path, epoch: int) -> dict[str, float]:
    """The mean loss and AUC over an epoch's steps."""
    rows = [row for row in read_rows(run / "steps.csv") if int(row["epoch"]) == epoch]
    counts = np.diff([0, *(int(row["step"]) for row in rows)])
    return {
        name: float(np.average([float(row[name]) for row in rows], weights=counts))
        for name in ("loss", "auc")
    }


def record_epoch(run: Path, row: Row) -> None:
    """Keep the figures of an epoch; `row` holds `epoch`, `size` and what Keras measured."""
    path = run / "history.csv"
    kept = [old for old in read_rows(path) if int(old["epoch"]) < row["epoch"]]
    _write_rows(path, [*kept, row])
    plot_curves(path, run / "curves.png")


def is_best(run: Path, row: Row, since: int) -> bool:
    """Whether no epoch from `since` on did better: those before had other views or weights."""
    rivals = [auc for epoch, auc in _val_aucs(run, since) if epoch < row["epoch"]]
    return bool(row["val_auc"] >= max(rivals, default=0.0))


def epochs_since_best(run: Path, since: int) -> int:
    """How many epochs followed the best one of those from `since` on."""
    aucs = [auc for _, auc in _val_aucs(run, since)]
    return aucs[::-1].index(max(aucs)) if aucs else 0


def _val_aucs(run: Path, since: int) -> list[tuple[int, float]]:
    rows = read_rows(run / "history.csv")
    return [
        (int(row["epoch"]), float(row["val_auc"])) for row in rows if int(row["epoch"]) >= since
    ]


def save_best(run: Path, model: keras.Model) -> None:
    _save(model, run / "best.keras")


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a run's CSV; none if it is not there yet."""
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write_rows(path: Path, rows: list[Row]) -> None:
    part = path.with_name("part.csv")
    with part.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[-1]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)


def _save(model: keras.Model, path: Path) -> None:
    """Whole or not at all."""
    part = path.with_name("part.keras")
    model.save(part)
    part.replace(path)
