"""The figures of the model card, written into it from what `evaluate` measured."""

import re
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from pydantic import ValidationError

from realeyez_training.errors import InputError
from realeyez_training.measure.figures import Evaluation
from realeyez_training.report import words

CONDITIONS = ("clean", "web", "hard", "thumb")
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def write_card(results: Path, card: Path) -> None:
    """Replace the part of `card` between its two marks by the figures of `results/metrics.json`.

    Raises `InputError` if the figures or the marks are missing.
    """
    try:
        evaluation = Evaluation.model_validate_json((results / "metrics.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(f"{results} has no metrics.json that `evaluate` wrote.") from error
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise InputError(f"{card} lacks the lines {_BEGIN.strip()} and {_END.strip()}.")
    card.write_text(before + begin + figures(evaluation) + end + after, encoding="utf-8")


def figures(evaluation: Evaluation) -> str:
    """Markdown tables: by condition, by generator, by real source."""
    templates = Environment(
        loader=PackageLoader("realeyez_training.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(),  # Markdown is not
    )
    templates.filters.update(percent=words.percent, span=words.span)
    template = templates.get_template("figures.md.j2")
    text = template.render(evaluation=evaluation, conditions=CONDITIONS)
    return re.sub(r"\n{3,}", "\n\n", text)
