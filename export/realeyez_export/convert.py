"""A run's best model → `realeyez-b0.onnx` and its manifest, verified or not at all."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import keras

from realeyez.models.manifest import Anchor, Manifest, Thresholds, TrainingData, ViewPlan
from realeyez.models.store import MANIFEST_NAME
from realeyez_export.optimise import optimise
from realeyez_export.to_onnx import INPUT, LOGIT, MAP, to_onnx
from realeyez_export.verify import FEWEST_PICTURES, verify
from realeyez_training.data.manifest import read_manifest

NAME = "realeyez-b0"


@dataclass(frozen=True, slots=True)
class Exported:
    """The manifest's path, and the largest difference in logit that verification saw."""

    manifest: Path
    difference: float


def convert(run: Path, data: Path, output: Path, version: str) -> Exported:
    """Export `run/best.keras` to the folder `output`.

    Verified on pictures of `val`. The manifest is uncalibrated: `realeyez_training calibrate` sets
    view plan, temperature and thresholds. Raises `ExportError`, and then writes nothing.
    """
    model = keras.models.load_model(run / "best.keras", compile=False)
    onnx_file = optimise(to_onnx(model)).SerializeToString()
    pictures = read_manifest(data, "val")
    step = max(1, len(pictures) // FEWEST_PICTURES)
    difference = verify(model, onnx_file, [picture.path for picture in pictures[::step]])

    config = json.loads((run / "config.json").read_text())
    manifest = Manifest(
        name=NAME,
        version=version,
        file=f"{NAME}.onnx",
        sha256=hashlib.sha256(onnx_file).hexdigest(),
        input=INPUT,
        logit_output=LOGIT,
        map_output=MAP,
        views=ViewPlan(whole=True, crops=(Anchor(0.5, 0.5),)),
        temperature=1.0,
        thresholds=Thresholds(real=0.5, balanced=0.5, ai=0.5),
        training_data=TrainingData(
            **config["training_data"], initial_weights=Path(config["weights"]).name
        ),
    )
    output.mkdir(parents=True, exist_ok=True)
    (output / manifest.file).write_bytes(onnx_file)
    manifest.write(output / MANIFEST_NAME)
    return Exported(output / MANIFEST_NAME, difference)
