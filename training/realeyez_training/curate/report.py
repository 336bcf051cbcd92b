"""What is to know of a data set: the values of `report.json`, and the same as a table."""

from __future__ import annotations

from pydantic import BaseModel
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from realeyez_training.curate.splits import SPLITS


class SourceCount(BaseModel):
    """How many pictures of one source and generator each split has."""

    label: str
    source: str
    generator: str
    splits: dict[str, int]
    share: float
    """Of the pictures of its label."""


class NearDuplicates(BaseModel):
    pairs: int
    across_labels: list[tuple[str, str]]
    """A real picture and an AI one: an edit, chance, or a wrong label. Look at them."""


class Leaks(BaseModel):
    """What gives a label away, or a test to the training, without a look at the pictures."""

    metadata_auc: float | None
    """real/AI from size, format and bytes of the files as stored; 0.5 leaks nothing."""
    one_label_contents: dict[str, str]
    """Contents that one label alone has, and which."""
    unseen_that_are_seen: list[str]
    """AI generators, and sources of real pictures, of test_unseen that another split has too."""


class Report(BaseModel):
    labels: dict[str, dict[str, int]]
    """Pictures by label and split."""
    sources: list[SourceCount]
    largest_group: int
    near_duplicates: NearDuplicates
    leaks: Leaks
    dropped: dict[str, int] = {}
    """Files by kind of reason; `dropped.csv` names each."""
    faults: list[str]
    """What must not be; empty in a sound data set."""

    def print(self, console: Console) -> None:
        console.print(self._table())
        for line in self._lines():
            console.print(line, soft_wrap=True, highlight=False, markup=False)

    def _table(self) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in ("label", "source", "generator"):
            table.add_column(heading, overflow="fold")
        for heading in (*SPLITS, "all", "of_label"):
            table.add_column(heading.replace("_", "\n"), justify="right", no_wrap=True)
        for row in self.sources:
            names = (escape(name) for name in (row.label, row.source, row.generator))
            table.add_row(*names, *_cells(row.splits), f"{row.share:.1%}")
        table.add_section()
        for label, splits in self.labels.items():
            table.add_row(label, "", "", *_cells(splits), "")
        return table

    def _lines(self) -> list[str]:
        near, leaks = self.near_duplicates, self.leaks
        dropped = ", ".join(f"{count} {kind}" for kind, count in self.dropped.items())
        auc = "not measured (too few groups)"
        if leaks.metadata_auc is not None:
            auc = f"{leaks.metadata_auc:.3f}"
        lonely = leaks.one_label_contents.items()
        contents = ", ".join(f"{content} ({label})" for content, label in lonely)
        return [
            f"Dropped: {dropped or 'nothing'}.",
            f"Near-duplicates: {near.pairs} pairs, {len(near.across_labels)} of them real and AI; "
            f"the largest group has {self.largest_group} pictures.",
            f"AUC of the files' metadata as stored: {auc}.",
            f"Contents that one label alone has: {contents or 'none'}.",
            f"In test_unseen, yet seen: {', '.join(leaks.unseen_that_are_seen) or 'none'}.",
            f"Faults: {len(self.faults) or 'none'}.",
            *(f"  {fault}" for fault in self.faults),
        ]


def _cells(splits: dict[str, int]) -> list[str]:
    return [str(count or "·") for count in (*(splits[s] for s in SPLITS), sum(splits.values()))]
