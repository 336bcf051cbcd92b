"""Scores of a few pictures, and what a reader finds in a report."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from realeyez.models import Thresholds
from realeyez_training.measure.scores import Scores

THRESHOLDS = Thresholds(real=0.3, balanced=0.5, ai=0.8)
_VOID = {"meta", "img", "br", "link", "path", "circle", "rect", "use"}


def draw_scores(seed: int = 0, *conditions: str) -> Scores:
    """40 pictures of `val` and 40 of `test_unseen` by two generators and two sources."""
    rng = np.random.default_rng(seed)
    count = 80
    ai = np.arange(count) % 2 == 0
    named = np.arange(count) % 4 < 2
    return Scores(
        description={
            "path": np.array([f"{i}.jpg" for i in range(count)]),
            "split": np.where(np.arange(count) < 40, "val", "test_unseen"),
            "label": np.where(ai, "ai", "real"),
            "generator": np.where(ai, np.where(named, "gan", "diffusion"), ""),
            "source": np.where(named, "camera", "web"),
            "content": np.full(count, "mixed"),
            "group": np.array([f"g{i // 3}" for i in range(count)]),
        },
        probabilities={
            condition: 1 / (1 + np.exp(-rng.normal(2 * ai - 1, 1.5)))
            for condition in ("clean", *conditions)
        },
        metadata=None,
    )


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    parts: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        raw = " ".join(p if isinstance(p, str) else p.text for p in self.parts)
        return " ".join(raw.replace("\N{NARROW NO-BREAK SPACE}", "").split())

    def all(self, tag: str) -> "list[Element]":
        """Every element of this tag, `*` for any, in the order of the page."""
        found = []
        for part in self.parts:
            if isinstance(part, Element):
                found += [part] if tag in (part.tag, "*") else []
                found += part.all(tag)
        return found

    def by_id(self, identifier: str) -> "Element":
        (found,) = [e for e in self.all("*") if e.attributes.get("id") == identifier]
        return found

    def rows(self) -> list[list[str]]:
        """The texts of a table's cells."""
        return [
            [cell.text for cell in row.all("*") if cell.tag in ("td", "th")]
            for row in self.all("tr")
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop().tag == tag, f"{tag} closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read_page(path: Path) -> Element:
    """The page; every element that is opened must be closed."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    (page,) = reader.open
    return page
