"""Score a model on every split and condition, through the product's pipeline, and measure it."""

from collections.abc import Sequence
from pathlib import Path

from realeyez.models import Manifest, Metrics, load_model
from realeyez.pipeline.classifier import Classifier
from realeyez_training.data.conditions import CONDITIONS
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError
from realeyez_training.measure.bootstrap import RESAMPLES
from realeyez_training.measure.figures import Evaluation
from realeyez_training.measure.measure import measure
from realeyez_training.measure.score import calibrated, score
from realeyez_training.measure.scores import SPLITS, Scores, describe, write_scores
from realeyez_training.measure.spread import spread


def evaluate(
    data: Path,
    manifest_path: Path,
    output: Path,
    conditions: Sequence[str] = tuple(CONDITIONS),
    resamples: int = RESAMPLES,
) -> Evaluation:
    """Write `scores.csv` and `metrics.json` to `output`, and the clean figures to the manifest.

    Every split but `train` that the data have is scored.

    The manifest is given only figures that count (see `null_check`). Raises `InputError`.
    """
    model = load_model(str(manifest_path))
    scores = _score(data, model.manifest, Classifier(model), conditions)
    output.mkdir(parents=True, exist_ok=True)
    write_scores(output / "scores.csv", scores)
    name = f"{model.manifest.name} {model.manifest.version}"
    evaluation = measure(name, scores, model.manifest.thresholds, resamples)
    (output / "metrics.json").write_text(evaluation.model_dump_json(indent=1) + "\n")
    with_metrics(model.manifest, evaluation, scores).write(manifest_path)
    return evaluation


def _score(
    data: Path,
    manifest: Manifest,
    classifier: Classifier,
    conditions: Sequence[str],
) -> Scores:
    listed = read_manifest(data)
    pictures = [picture for split in SPLITS for picture in listed if picture.split == split]
    if not pictures:
        raise InputError(f"{data} has no picture of {', '.join(SPLITS)} to measure on.")
    probabilities, metadata = {}, None
    for condition in dict.fromkeys(("clean", *conditions)):
        logits, files = score(pictures, classifier, manifest, condition)
        probabilities[condition] = calibrated(logits, manifest.temperature)
        metadata = files if condition == "clean" else metadata
    return Scores(describe(pictures, data), probabilities, metadata)


def with_metrics(manifest: Manifest, evaluation: Evaluation, scores: Scores) -> Manifest:
    """The manifest with the clean figures of the splits that pass the null check."""
    metrics, bands = {}, manifest.thresholds
    for split, figures in evaluation.figures.items():
        check = evaluation.null_check.get(split)
        if check and check.counts:
            clean = figures["clean"]
            metrics[split] = Metrics(
                pictures=clean.real + clean.ai,
                auc=round(clean.auc.value, 4),
                balanced_accuracy=round(clean.balanced_accuracy.value, 4),
                spread=spread(scores.slice(split, "clean"), bands) if split == "val" else {},
            )
    return manifest.model_copy(update={"metrics": metrics})
