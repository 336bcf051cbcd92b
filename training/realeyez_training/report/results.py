"""What a report is made of: a detector's scores, and all that is measured of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from realeyez.models import Thresholds
from realeyez_training.errors import InputError
from realeyez_training.measure.bootstrap import RESAMPLES
from realeyez_training.measure.figures import Evaluation
from realeyez_training.measure.measure import measure
from realeyez_training.measure.scores import Scores, Slice, read_scores


@dataclass(frozen=True, slots=True)
class Result:
    """`frozen`: the thresholds came with the detector, and were not fitted on its scores of val."""

    scores: Scores
    evaluation: Evaluation
    frozen: bool = True

    @property
    def name(self) -> str:
        return self.evaluation.name

    def clean(self, split: str) -> Slice:
        return self.scores.slice(split, "clean")


Numbered = Sequence[tuple[int, Result]]  # the number picks a detector's colour and line


def read_result(path: Path, resamples: int = RESAMPLES) -> Result:
    """Measure what `path` holds: a folder that `evaluate` wrote, or another detector's scores CSV.

    Name and thresholds come from the folder's `metrics.json`, every figure from the scores.
    Raises `InputError` with what to do.
    """
    csv = path / "scores.csv" if path.is_dir() else path
    if not csv.is_file():
        raise InputError(
            f"{csv} is missing. Give a folder that `evaluate` wrote, or a detector's scores CSV."
        )
    scores = read_scores(csv)
    name, thresholds = _known(path)
    return Result(scores, measure(name, scores, thresholds, resamples), thresholds is not None)


def _known(path: Path) -> tuple[str, Thresholds | None]:
    metrics = path / "metrics.json"
    if not metrics.is_file():
        return path.resolve().stem if path.is_file() else path.resolve().name, None
    try:
        evaluation = Evaluation.model_validate_json(metrics.read_bytes())
    except ValidationError as error:
        raise InputError(
            f"{metrics} is not what `evaluate` writes. Evaluate again, or delete it to have the "
            "thresholds fitted on val."
        ) from error
    return evaluation.name, evaluation.thresholds
