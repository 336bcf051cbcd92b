"""Figures for TensorBoard, with any backend: Keras' own callback needs TensorFlow."""

from collections.abc import Mapping
from pathlib import Path

from tensorboardX import SummaryWriter


class TensorBoard:
    """Writes event files to a folder; `tensorboard --logdir` shows them."""

    def __init__(self, folder: Path, step: int) -> None:
        """step: where the run goes on; what an earlier start wrote from there on is hidden."""
        self._writer = SummaryWriter(str(folder), purge_step=step or None)

    def write(self, step: int, figures: Mapping[str, float]) -> None:
        for name, value in figures.items():
            kind = "validation" if name.startswith("val_") else "training"
            self._writer.add_scalar(f"{name.removeprefix('val_')}/{kind}", value, step)
        self._writer.flush()
