"""A run's history as a picture."""

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # no screen needed
import matplotlib.pyplot as plt


def plot_curves(history: Path, output: Path) -> None:
    """Loss and AUC by epoch, training against validation, from a history CSV to a PNG."""
    with history.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    epochs = [int(row["epoch"]) + 1 for row in rows]
    figure, (loss, auc) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, name, title in ((loss, "loss", "Loss"), (auc, "auc", "AUC a view")):
        for prefix, label in (("", "training"), ("val_", "validation")):
            axes.plot(epochs, [float(row[prefix + name]) for row in rows], "o-", label=label)
        axes.set(title=title, xlabel="epoch")
        axes.grid(alpha=0.3)
    loss.legend(frameon=False)
    figure.savefig(output, dpi=120)
    plt.close(figure)
