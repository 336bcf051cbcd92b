"""Everything that the template shows, worked out beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from realeyez_training.data.conditions import CONDITIONS
from realeyez_training.measure.figures import Figures
from realeyez_training.measure.scores import SPLITS
from realeyez_training.report.gallery import Gallery, Mistakes
from realeyez_training.report.plots.coverage import coverage_plot
from realeyez_training.report.plots.histogram import histogram_plot
from realeyez_training.report.plots.ranking import precision_recall_plot, roc_plot
from realeyez_training.report.plots.reliability import reliability_plot
from realeyez_training.report.plots.robustness import robustness_plots
from realeyez_training.report.results import Result
from realeyez_training.report.verdicts import Answers, by_verdict, confusion


@dataclass(frozen=True, slots=True)
class Model:
    """One detector in one split; `number` picks its colour and line."""

    number: int
    name: str
    figures: Mapping[str, Figures]
    verdicts: Mapping[str, Answers]
    confusion: Mapping[str, Answers]
    histogram: Markup
    reliability: Markup

    @property
    def clean(self) -> Figures:
        return self.figures["clean"]


@dataclass(frozen=True, slots=True)
class Section:
    """One split, with every detector that has scores of it."""

    split: str
    models: list[Model]
    roc: Markup
    precision_recall: Markup
    coverage: Markup
    robustness: list[Markup]
    conditions: list[str]
    generators: list[str]
    sources: list[str]
    mistakes: Mistakes | None

    def best_auc(self, condition: str) -> float:
        return max(m.figures[condition].auc.value for m in self.models if condition in m.figures)


def sections(results: Sequence[Result], gallery: Gallery | None, resamples: int) -> list[Section]:
    present = [split for split in SPLITS if any(split in r.scores.splits for r in results)]
    return [_section(results, split, gallery or {}, resamples) for split in present]


def _section(results: Sequence[Result], split: str, gallery: Gallery, resamples: int) -> Section:
    numbered = [(i, result) for i, result in enumerate(results) if split in result.scores.splits]
    models = [_model(i, result, split) for i, result in numbered]
    return Section(
        split=split,
        models=models,
        roc=roc_plot(numbered, split, resamples),
        precision_recall=precision_recall_plot(numbered, split, resamples),
        coverage=coverage_plot(numbered, split),
        robustness=robustness_plots(numbered, split),
        conditions=[name for name in CONDITIONS if any(name in m.figures for m in models)],
        generators=_worst_first(
            [{k: v.auc for k, v in m.clean.generators.items()} for m in models]
        ),
        sources=_worst_first([{k: -v.fpr for k, v in m.clean.sources.items()} for m in models]),
        mistakes=gallery.get(split),
    )


def _model(i: int, result: Result, split: str) -> Model:
    data, thresholds = result.clean(split), result.evaluation.thresholds
    return Model(
        number=i,
        name=result.name,
        figures=result.evaluation.figures[split],
        verdicts=by_verdict(data, thresholds),
        confusion=confusion(data, thresholds),
        histogram=histogram_plot(result, i, split),
        reliability=reliability_plot(result, i, split),
    )


def _worst_first(goodness: Sequence[Mapping[str, float]]) -> list[str]:
    """The names by the goodness that the first model with a name gives it."""
    known: dict[str, float] = {}
    for of_model in goodness:
        known = {**of_model, **known}
    return sorted(known, key=lambda name: (known[name], name))
