"""Scores → one HTML file that holds everything it shows."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from realeyez_training.errors import InputError
from realeyez_training.measure.bootstrap import RESAMPLES
from realeyez_training.measure.measure import FEWEST
from realeyez_training.measure.null_check import MOST
from realeyez_training.report import words
from realeyez_training.report.gallery import Gallery, make_gallery
from realeyez_training.report.page import sections
from realeyez_training.report.results import Result, read_result

_COMPOSITES = ("clean", "web", "hard", "thumb")  # the conditions that detectors are compared under


def report(
    paths: Sequence[Path],
    output: Path,
    resamples: int = RESAMPLES,
    data: Path | None = None,
    model: Path | None = None,
) -> None:
    """Measure the scores in `paths` (see `read_result`) and write their report.

    data, model: with both, a gallery of the first one's worst mistakes. It shows pictures, which
    may hold real people. Raises `InputError` with what to do.
    """
    if (data is None) != (model is None):
        raise InputError("The gallery needs both --data and --model. Give both or neither.")
    results = [read_result(path, resamples) for path in paths]
    gallery = make_gallery(results[0], data, model) if data and model else None
    write_report(results, output, gallery, resamples)


def write_report(
    results: Sequence[Result],
    output: Path,
    gallery: Gallery | None = None,
    resamples: int = RESAMPLES,
) -> None:
    """Write the report of detectors side by side; the first one is the one in the headline.

    The same results give the same bytes. Raises `InputError` if two of them have one name.
    """
    names = [result.name for result in results]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(
            f"Two results are called {min(twice)}. Rename the scores CSV of one of them."
        )
    page = _templates().get_template("report.html.j2")
    of_splits = sections(results, gallery, resamples)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(
        page.render(
            results=results,
            sections=of_splits,
            composites=[c for c in _COMPOSITES if any(c in s.conditions for s in of_splits)],
            headline=words.told_on(results[0]),
            same_pictures=_same_pictures(results),
            resamples=resamples,
            fewest=FEWEST,
            most=MOST,
            split_words=words.SPLITS,
        ),
        encoding="utf-8",
    )


def _same_pictures(results: Sequence[Result]) -> bool:
    def pictures(result: Result) -> frozenset[tuple[str, ...]]:
        described = result.scores.description
        return frozenset(
            zip(*(described[name] for name in ("path", "split", "label")), strict=True)
        )

    return len({pictures(result) for result in results}) == 1


def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("realeyez_training.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(percent=words.percent, span=words.span, condition=words.condition)
    return templates
