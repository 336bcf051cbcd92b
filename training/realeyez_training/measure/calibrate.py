"""Choose view plan, temperature and thresholds on `val`, and write them into the manifest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.metrics import log_loss, roc_auc_score

from realeyez.models import Manifest, load_model
from realeyez.pipeline.classifier import Classifier
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.measure.bands import fit_thresholds
from realeyez_training.measure.plans import PLANS, choose
from realeyez_training.measure.score import calibrated, score
from realeyez_training.measure.scores import Floats


def calibrate(data: Path, manifest_path: Path, more: Sequence[Path] = ()) -> Manifest:
    """Fit on the clean pictures of `val` in all the data sets; returns the manifest as written.

    The bands keep their bounds in each data set by itself: one that is easy hides no other.

    Raises `InputError` if one of the labels is missing.
    """
    model = load_model(str(manifest_path))
    classifier = Classifier(model)
    listed = [read_manifest(folder, "val") for folder in (data, *more)]
    pictures = [picture for of_set in listed for picture in of_set]
    sets = np.repeat(np.arange(len(listed)), [len(of_set) for of_set in listed])
    labels = np.array([picture.label == 1 for picture in pictures])
    if labels.all() or not labels.any():
        raise InputError(f"The split val of {data} needs real and AI pictures.")
    groups = np.array([picture.group for picture in pictures])

    by_plan = []
    for plan in PLANS:
        planned = model.manifest.model_copy(update={"views": plan})
        logits, _ = score(pictures, classifier, planned, "clean")
        by_plan.append(logits)
        area = roc_auc_score(labels, logits)
        print(f"AUC {area:.4f} on val: whole={plan.whole}, {len(plan.crops)} crops")
    chosen = choose(by_plan, labels, groups)
    logits = by_plan[chosen]
    temperature = fit_temperature(logits, labels)
    manifest = model.manifest.model_copy(
        update={
            "views": PLANS[chosen],
            "temperature": temperature,
            "metrics": {},  # those of other thresholds
            "thresholds": fit_thresholds(calibrated(logits, temperature), labels, sets),
        }
    )
    manifest.write(manifest_path)
    return manifest


def fit_temperature(logits: Floats, labels: NDArray[np.bool_]) -> float:
    """The temperature of least log loss (Guo et al., 2017, arXiv:1706.04599)."""

    def loss(log_temperature: float) -> float:
        return float(log_loss(labels, expit(logits / np.exp(log_temperature))))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))
