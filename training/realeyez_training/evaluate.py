"""Score a model on every measured split: a CSV of scores, and the figures that follow from it."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from realeyez.models import Manifest, Metrics, load_model
from realeyez.pipeline.classifier import Classifier
from realeyez_training.dataset import read_manifest
from realeyez_training.score import Score, score

SPLITS = ("val", "test_seen", "test_unseen")


def evaluate(data: Path, manifest_path: Path, output: Path) -> Manifest:
    """Write `scores.csv` and `metrics.json` to `output`, and the main figures to the manifest."""
    model = load_model(str(manifest_path))
    classifier = Classifier(model)
    output.mkdir(parents=True, exist_ok=True)
    by_split = {
        split: score(read_manifest(data, split), classifier, model.manifest) for split in SPLITS
    }
    _write_scores(
        output / "scores.csv", data, [item for each in by_split.values() for item in each]
    )
    threshold = model.manifest.thresholds.balanced
    figures = {split: measure(scores, threshold) for split, scores in by_split.items()}
    (output / "metrics.json").write_text(json.dumps(figures, indent=2) + "\n")
    manifest = model.manifest.model_copy(
        update={
            "metrics": {
                split: Metrics(**{name: values[name] for name in Metrics.model_fields})
                for split, values in figures.items()
            }
        }
    )
    manifest.write(manifest_path)
    return manifest


def measure(scores: Sequence[Score], threshold: float) -> dict[str, Any]:
    """AUC, balanced accuracy at the frozen threshold, and what the three bands do."""
    labels = np.array([item.picture.label for item in scores])
    probabilities = np.array([item.probability for item in scores])
    verdicts = np.array([item.verdict for item in scores])
    return {
        "pictures": len(scores),
        "auc": round(float(roc_auc_score([*labels], [item.logit for item in scores])), 4),
        "balanced_accuracy": round(
            float(balanced_accuracy_score(labels, probabilities >= threshold)), 4
        ),
        "unsure": round(float((verdicts == "unsure").mean()), 4),
        "real_called_ai": round(float((verdicts[labels == 0] == "ai").mean()), 4),
        "ai_called_ai": round(float((verdicts[labels == 1] == "ai").mean()), 4),
        "ai_called_real": round(float((verdicts[labels == 1] == "real").mean()), 4),
    }


def _write_scores(path: Path, data: Path, scores: Sequence[Score]) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(
            ["path", "split", "label", "generator", "source", "logit", "probability", "verdict"]
        )
        for item in scores:
            picture = item.picture
            rows.writerow(
                [
                    picture.path.relative_to(data),
                    picture.split,
                    "ai" if picture.label else "real",
                    picture.generator,
                    picture.source,
                    f"{item.logit:.9g}",
                    f"{item.probability:.9g}",
                    item.verdict,
                ]
            )
