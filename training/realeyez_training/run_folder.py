"""What a run leaves behind after every epoch, so that a kill at any point loses at most one epoch.

`best.keras` (the highest validation AUC at the size of the views so far), `history.csv`,
`curves.png`, and `epoch-NNN.keras`, the newest state, which is written last: whatever is missing
when it is not there is done again.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import keras

from realeyez_training.curves import plot_curves

Row = dict[str, Any]


def record(run: Path, model: keras.Model, row: Row) -> None:
    """Keep the epoch of `row`, which holds `epoch`, `size` and the figures of Keras."""
    rows = [kept for kept in _history(run) if int(kept["epoch"]) < row["epoch"]] + [row]
    # Figures of another size are of other views: they cannot be compared.
    rivals = [float(kept["val_auc"]) for kept in rows if int(kept["size"]) == row["size"]]
    if row["val_auc"] >= max(rivals):
        _save(model, run / "best.keras")
    _write_history(run, rows)
    plot_curves(run / "history.csv", run / "curves.png")
    _save(model, run / f"epoch-{row['epoch']:03}.keras")
    for older in sorted(run.glob("epoch-*.keras"))[:-1]:
        older.unlink()


def newest_state(run: Path) -> tuple[int, keras.Model] | None:
    """The epoch to go on with and the model as it was, or None in a new run."""
    states = sorted(run.glob("epoch-*.keras"))
    if not states:
        return None
    epoch = int(states[-1].stem.removeprefix("epoch-"))
    return epoch + 1, keras.models.load_model(states[-1])


def _history(run: Path) -> list[Row]:
    path = run / "history.csv"
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write_history(run: Path, rows: list[Row]) -> None:
    part = run / "part.csv"
    with part.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[-1]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(run / "history.csv")


def _save(model: keras.Model, path: Path) -> None:
    """Whole or not at all."""
    part = path.with_name("part.keras")
    model.save(part)
    part.replace(path)
