"""Is the ONNX file the Keras model, on real pictures and in every batch size?"""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import onnxruntime as ort

from realeyez.models import Anchor
from realeyez.pipeline.decode import decode
from realeyez.pipeline.views import crop_box, view
from realeyez_export.errors import ExportError
from realeyez_export.to_onnx import INPUT, LOGIT, MAP
from realeyez_training.fit.model import with_patches

TOLERANCE = 1e-3
BATCHES = (1, 16)
FEWEST_PICTURES = 64


def verify(model: keras.Model, onnx_file: bytes, pictures: Sequence[Path]) -> float:
    """The largest difference in logit between Keras and onnxruntime.

    Runs every picture in batches of 1 and of 16. Raises `ExportError` if there are fewer than 64
    pictures, if the difference reaches 1e-3, or if a map's mean is not its logit.
    """
    if len(pictures) < FEWEST_PICTURES:
        raise ExportError(f"{len(pictures)} pictures to verify on; {FEWEST_PICTURES} are needed.")
    views = np.stack([_centre(path) for path in pictures])
    expected = keras.ops.convert_to_numpy(with_patches(model).predict(views, verbose=0)["logit"])
    session = ort.InferenceSession(onnx_file, providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in BATCHES:
        for start in range(0, len(views), batch):
            logits, maps = session.run([LOGIT, MAP], {INPUT: views[start : start + batch]})
            worst = max(worst, float(np.abs(logits - expected[start : start + batch]).max()))
            if not np.allclose(maps.mean((1, 2)), logits, rtol=TOLERANCE, atol=TOLERANCE):
                raise ExportError("The mean of a patch map is not its logit.")
    if not worst < TOLERANCE:
        raise ExportError(f"Logits differ by {worst:.2e} between Keras and ONNX.")
    return worst


def _centre(path: Path) -> np.ndarray:
    pixels = decode(path.read_bytes()).pixels
    return view(pixels, crop_box(pixels.shape[1], pixels.shape[0], Anchor(0.5, 0.5)))
