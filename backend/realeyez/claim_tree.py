"""What a file says of itself, as a tree for the terminal."""

from collections.abc import Iterator

from rich.text import Text
from rich.tree import Tree

from realeyez.pipeline.types import Certainty, Claim, Verdict

_ABSENT = (
    "The file says nothing of its origin. Most sites remove such notes, so that means nothing: "
    "the verdict rests on the pixels."
)
_CERTAINTIES: dict[Certainty, str] = {
    "signed": "signed by a known signer",
    "unknown_signer": "signed by nobody we know: a declaration",
    "invalid": "signature does not hold: counts for nothing",
    "declared": "declared: anybody can write or remove it",
    "shown": "shown only: proves nothing",
}
_BASES = {
    "signed_provenance": "Verdict from a signed record",
    "declared_metadata": "Verdict from what the file declares",
    "classifier": "Verdict from the pixels",
}


def claim_tree(verdict: Verdict) -> Tree:
    """The basis of the verdict, and under it each claim with what is known of it."""
    tree = Tree(Text(_BASES[verdict.basis]))
    for claim in verdict.claims:
        decides = claim.certainty == "signed" and claim.says in ("ai", "ai_edited")
        sure = _CERTAINTIES[claim.certainty] + (": decides" if decides else "")
        branch = tree.add(Text(f"{claim.kind} · {sure}"))
        for line in _lines(claim):
            branch.add(line)
    if not verdict.claims:
        tree.add(Text(_ABSENT))
    return tree


def _lines(claim: Claim) -> Iterator[Text]:
    yield Text(claim.summary)
    time = claim.time and claim.time.strftime("%d %B %Y, %H:%M %Z").rstrip()
    for name, value in (
        *(("signer", claim.signer), ("generator", claim.generator), ("model", claim.model)),
        *(("prompt", claim.prompt), ("time", time)),
    ):
        if value:
            yield Text(f"{name}: {value}")
