"""Files as services and programs wrote them: every expected claim, and no false one of AI."""

import csv
import os
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

from realeyez.pipeline.provenance import Provenance, TrustList, load_trust_list
from realeyez.pipeline.types import Claim

AI = ("ai", "ai_edited")


@pytest.fixture(scope="module")
def samples() -> list[tuple[Path, set[str], str]]:
    """Each file, its expected signals, and what is noted of it."""
    data = Path(os.environ.get("REALEYEZ_DATA", ROOT.parent / "shared" / "data"))
    folder = data / "provenance"
    listing = folder / "expected.csv"
    if not listing.is_file():
        pytest.skip(f"no sample files at {folder}; name its parent folder in REALEYEZ_DATA")
    with listing.open(newline="") as opened:
        return [
            (folder / row["file"], set(row["signals"].split("|")), row["note"])
            for row in csv.DictReader(opened)
        ]


def signals(claims: tuple[Claim, ...]) -> set[str]:
    """The claims in the listing's terms."""
    found = set()
    manifests = [claim for claim in claims if claim.kind == "c2pa"]
    if manifests:
        ai = any(claim.says in AI for claim in manifests)
        found.add("c2pa_ai" if ai else "c2pa_non_ai")
    for claim in claims:
        if claim.kind == "iptc" and claim.says in AI:
            found.add("iptc_ai")
        elif claim.kind == "generator":
            found.add(str(claim.generator).casefold())
        elif claim.kind in ("software", "camera"):
            found.add({"software": "exif_software", "camera": "camera_exif"}[claim.kind])
    return found or {"none"}


def test_every_claim_is_found_and_none_besides(
    samples: list[tuple[Path, set[str], str]],
) -> None:
    provenance = Provenance(TrustList())
    found = {file.name: signals(provenance.claims(file.read_bytes())) for file, _, _ in samples}
    assert found == {file.name: expected for file, expected, _ in samples}


def test_signatures_hold_where_they_are_said_to(
    samples: list[tuple[Path, set[str], str]],
) -> None:
    """With no trust list, as the listing's states were found: Valid or Invalid."""
    provenance = Provenance(TrustList())
    states = {"Valid": "unknown_signer", "Invalid": "invalid"}
    for file, _, note in samples:
        if state := re.search(r"reader state (\w+)", note):
            first = provenance.claims(file.read_bytes())[0]
            assert first.certainty == states[state[1]], file.name


def test_the_bundled_list_knows_who_is_on_it(
    samples: list[tuple[Path, set[str], str]],
) -> None:
    """Of the services that signed these, only Google is certified by an authority of the C2PA."""
    provenance = Provenance(load_trust_list())
    found = [claim for file, _, _ in samples for claim in provenance.claims(file.read_bytes())]
    signed = [claim for claim in found if claim.certainty == "signed"]
    assert {claim.signer for claim in signed} == {"Google LLC"}
    assert {claim.says for claim in signed} <= {*AI, "nothing"}
