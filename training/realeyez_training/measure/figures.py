"""What is measured of a detector, by name. Every figure says what it is out of."""

from pydantic import BaseModel, ConfigDict

from realeyez.models import Thresholds


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(_Frozen):
    """A figure and its 95 % bootstrap interval over groups of pictures."""

    value: float
    low: float
    high: float


class GeneratorFigures(_Frozen):
    """One generator's pictures against all real pictures of the slice."""

    pictures: int
    auc: float
    tpr_at_fpr_5: float
    called_ai: float


class SourceFigures(_Frozen):
    """One source's real pictures: how often they are taken for AI.

    `fpr` is at the balanced threshold, `called_ai` counts the verdict *ai*.
    """

    pictures: int
    fpr: float
    called_ai: float


class Figures(_Frozen):
    """A split under one condition.

    `balanced_accuracy` is at the frozen balanced threshold. `real_called_ai`, `ai_called_ai` and
    `ai_called_real` are shares of the real or AI pictures; `unsure` is the share of all;
    `risk` is the share of wrong ones among the verdicts *ai* and *real*. `macro` figures are plain
    means over generators or real sources; the worst has at least 10 pictures.
    """

    real: int
    ai: int
    auc: Interval
    average_precision: Interval
    balanced_accuracy: Interval
    tpr_at_fpr_1: Interval
    tpr_at_fpr_5: Interval
    ece: Interval
    brier: Interval
    unsure: Interval
    risk: Interval
    real_called_ai: Interval
    ai_called_ai: Interval
    ai_called_real: Interval
    macro_generator_auc: Interval
    macro_generator_tpr_at_fpr_5: Interval
    macro_source_fpr: Interval
    macro_source_called_ai: Interval
    generators: dict[str, GeneratorFigures]
    sources: dict[str, SourceFigures]
    worst_generator: str | None
    worst_source: str | None


class NullCheck(_Frozen):
    """The AUC that a classifier reaches from the clean files' metadata, pixels unseen.

    `auc` uses width, height and JPEG tables; `auc_with_bytes` may use the file's size too, which
    tells of the content's texture. While both stay within 0.60, the split's figures count.
    """

    auc: float
    auc_with_bytes: float
    counts: bool


class Evaluation(_Frozen):
    """All figures of one detector: by split, then by condition."""

    name: str
    thresholds: Thresholds
    null_check: dict[str, NullCheck]
    figures: dict[str, dict[str, Figures]]
