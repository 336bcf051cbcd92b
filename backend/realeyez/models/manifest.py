"""The manifest beside every model file: all that the product must know to use it."""

from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Truth = Literal["real", "ai"]
Band = Literal["real", "unsure", "ai"]

TENTHS = tuple(tenth / 10 for tenth in range(1, 11))
"""Probabilities up to which pictures are counted."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Anchor(NamedTuple):
    """Where a crop lies: 0 is the left or top edge, 1 the right or bottom one."""

    x: Fraction
    y: Fraction


class ViewPlan(_Frozen):
    """Which views of a picture the model is shown; their logits are averaged."""

    whole: bool
    crops: tuple[Anchor, ...]

    @model_validator(mode="after")
    def _has_a_view(self) -> Self:
        if not self.whole and not self.crops:
            raise ValueError("a view plan needs the whole picture or at least one crop")
        return self


class Thresholds(_Frozen):
    """Calibrated probabilities that part the three bands, all fitted on `val`.

    Below `real` the verdict is *real*, from `ai` on it is *ai*, between them *unsure*.
    `balanced` is the single cut for figures that know no *unsure*.
    """

    real: Fraction
    balanced: Fraction
    ai: Fraction

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.real <= self.balanced <= self.ai:
            raise ValueError("thresholds must rise: real <= balanced <= ai")
        return self


class Spread(_Frozen):
    """How pictures of one kind were spread: shares of the verdicts, and up to each of `TENTHS`."""

    verdicts: dict[Band, Fraction]
    probability: Annotated[tuple[Fraction, ...], Field(min_length=10, max_length=10)]


class Metrics(_Frozen):
    """Figures of one split, scored by this very model file through the pipeline.

    `spread` is what monitoring compares with. It is told for real and for AI pictures apart: a
    feed has another mix of the two than the split.
    """

    pictures: int
    auc: Fraction
    balanced_accuracy: Fraction
    spread: dict[Truth, Spread] = {}


class TrainingData(_Frozen):
    """What the model was trained on, counted, and what its weights started from."""

    real: int
    ai: int
    pairs: int = 0  # a real picture and the AI one that is made of it
    initial_weights: str


class Manifest(_Frozen):
    """The model's contract. `sha256` is that of the ONNX file it lies beside."""

    name: str
    version: str
    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    input: str
    logit_output: str
    map_output: str
    batch: Annotated[int, Field(gt=0)] = 32  # views in one run at most, where batches pay
    views: ViewPlan
    temperature: Annotated[float, Field(gt=0.0)]
    thresholds: Thresholds
    training_data: TrainingData
    metrics: dict[str, Metrics] = {}

    def write(self, path: Path) -> None:
        """Write it for people too: indented, one newline at the end."""
        path.write_text(self.model_dump_json(indent=2) + "\n")
