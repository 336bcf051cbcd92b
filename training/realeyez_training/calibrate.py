"""Choose view plan, temperature and thresholds on `val`, and write them into the manifest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss, roc_auc_score, roc_curve

from realeyez.models import Anchor, Manifest, Thresholds, ViewPlan, load_model
from realeyez.pipeline.classifier import Classifier
from realeyez_training.dataset import Picture, read_manifest
from realeyez_training.score import score

CENTRE = Anchor(0.5, 0.5)
CORNERS = (Anchor(0.0, 0.0), Anchor(1.0, 0.0), Anchor(0.0, 1.0), Anchor(1.0, 1.0))

# Cheapest first: a dearer plan must beat the cheaper ones to be chosen.
PLANS = (
    ViewPlan(whole=True, crops=()),
    ViewPlan(whole=False, crops=(CENTRE,)),
    ViewPlan(whole=True, crops=(CENTRE,)),
    ViewPlan(whole=False, crops=CORNERS),
    ViewPlan(whole=True, crops=CORNERS),
)

MOST_FALSE_ALARMS = 0.02  # of the real pictures, called "ai"
MOST_MISSES = 0.05  # of the AI pictures, called "real"

Array = NDArray[np.float64]


def calibrate(data: Path, manifest_path: Path) -> Manifest:
    """Fit on `val` of `data`; returns the manifest as written."""
    model = load_model(str(manifest_path))
    classifier = Classifier(model)
    pictures = read_manifest(data, "val")
    labels = np.array([picture.label for picture in pictures])

    by_plan = [_logits(pictures, classifier, model.manifest, plan) for plan in PLANS]
    areas = [roc_auc_score(labels, logits) for logits in by_plan]
    for plan, area in zip(PLANS, areas, strict=True):
        print(f"AUC {area:.4f} on val: whole={plan.whole}, {len(plan.crops)} crops")
    chosen = int(np.argmax(areas))
    logits = by_plan[chosen]
    temperature = fit_temperature(logits, labels)
    manifest = model.manifest.model_copy(
        update={
            "views": PLANS[chosen],
            "temperature": temperature,
            "metrics": {},  # those of other thresholds
            "thresholds": fit_thresholds(1 / (1 + np.exp(-logits / temperature)), labels),
        }
    )
    manifest.write(manifest_path)
    return manifest


def fit_temperature(logits: Array, labels: Array) -> float:
    """The temperature of least log loss (Guo et al., 2017, arXiv:1706.04599)."""

    def loss(log_temperature: float) -> float:
        return float(log_loss(labels, 1 / (1 + np.exp(-logits / np.exp(log_temperature)))))

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded").x))


def fit_thresholds(probabilities: Array, labels: Array) -> Thresholds:
    """The widest bands of *ai* and *real* that keep false alarms and misses within bounds."""
    false_alarms, hits, cuts = roc_curve(labels, probabilities, drop_intermediate=False)
    cuts = np.clip(cuts, 0.0, 1.0)
    balanced = cuts[np.argmax(hits - false_alarms)]
    ai = cuts[false_alarms <= MOST_FALSE_ALARMS][-1]
    real = cuts[1 - hits <= MOST_MISSES][0]
    return Thresholds(real=min(real, balanced), balanced=balanced, ai=max(ai, balanced))


def _logits(
    pictures: Sequence[Picture], classifier: Classifier, manifest: Manifest, plan: ViewPlan
) -> Array:
    planned = manifest.model_copy(update={"views": plan})
    return np.array([item.logit for item in score(pictures, classifier, planned)])
