"""A run's backbone as weights to begin another run with."""

from pathlib import Path

import h5py
import keras
import numpy as np

from realeyez_export.errors import ExportError


def write_backbone(run: Path, output: Path) -> None:
    """Write the backbone of `run/best.keras` for `train --weights`; kernels in 16 bits.

    Half the size, and training does not feel the rounding. Raises `ExportError` if the run has no
    model or the output's name does not end as Keras needs it to.
    """
    if not (run / "best.keras").is_file():
        raise ExportError(f"{run} has no best.keras. Train it first.")
    if not output.name.endswith(".weights.h5"):
        raise ExportError(f"{output} must end in .weights.h5.")
    model = keras.models.load_model(run / "best.keras", compile=False)
    output.parent.mkdir(parents=True, exist_ok=True)
    whole = output.with_name(f"whole-{output.name}")
    model.get_layer("backbone").save_weights(whole)
    with h5py.File(whole) as source, h5py.File(output, "w") as target:
        source.visititems(lambda name, there: _copy(there, name, target))
    whole.unlink()


def _copy(there: h5py.Group | h5py.Dataset, name: str, target: h5py.File) -> None:
    if isinstance(there, h5py.Dataset):
        values = np.asarray(there)
        target[name] = values.astype(np.float16) if values.ndim == 4 else values
    else:
        target.require_group(name).attrs.update(there.attrs)
