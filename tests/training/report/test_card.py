"""The model card's figures are those that were measured."""

from pathlib import Path

import pytest

from realeyez.models import load_model
from realeyez_training.errors import InputError
from realeyez_training.measure.figures import Evaluation
from realeyez_training.report.card import figures, write_card

ROOT = Path(__file__).parents[3]
CARD = ROOT / "docs" / "model-card.md"


def shipped() -> Path:
    version = load_model("bundled").manifest.version
    return ROOT / "training" / "results" / f"realeyez-b0-{version}"


def test_the_card_tells_the_figures_of_the_model_that_ships(tmp_path: Path) -> None:
    again = tmp_path / "card.md"
    again.write_text(CARD.read_text())
    write_card(shipped(), again)
    assert again.read_text() == CARD.read_text()
    assert f"realeyez-b0 {load_model('bundled').manifest.version}" in CARD.read_text()


def test_every_generator_and_source_is_told() -> None:
    evaluation = Evaluation.model_validate_json((shipped() / "metrics.json").read_bytes())
    told = figures(evaluation)
    for split in ("test_seen", "test_unseen"):
        clean = evaluation.figures[split]["clean"]
        for name in (*clean.generators, *clean.sources):
            assert f"| {name} |" in told


def test_what_is_between_the_marks_alone_is_replaced(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    write_card(shipped(), card)
    text = card.read_text()
    assert text.startswith("before\n<!-- figures -->\n\n")
    assert text.endswith("<!-- end of figures -->\nafter\n")
    assert "\nold\n" not in text


def test_a_card_without_marks_and_results_without_figures_are_told(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    for text in ("nothing", "<!-- figures -->\n", "<!-- end of figures -->\n<!-- figures -->\n"):
        card.write_text(text)
        with pytest.raises(InputError, match="lacks the lines"):
            write_card(shipped(), card)
        assert card.read_text() == text
    with pytest.raises(InputError, match="lacks the lines"):
        write_card(shipped(), tmp_path / "none.md")
    with pytest.raises(InputError, match=r"no metrics\.json"):
        write_card(tmp_path, card)
