import json
from datetime import date
from pathlib import Path

import pytest
from tests.backend.pipeline.provenance.signing import Authority

from realeyez.pipeline.provenance import TrustListError, load_trust_list
from realeyez.pipeline.provenance.trust import SIGNERS, TIME_STAMPS, certificates


@pytest.fixture
def folder(tmp_path: Path, known: Authority, unknown: Authority) -> Path:
    """A list as it is published: comments between the certificates."""
    (tmp_path / SIGNERS).write_text(f"Subject\tCN=Known\n{known.pem}\nSubject\n{unknown.pem}")
    (tmp_path / TIME_STAMPS).write_text(unknown.pem)
    said = {"source": "https://lists.test", "date": "2026-08-14"}
    (tmp_path / "source.json").write_text(json.dumps(said))
    return tmp_path


def test_a_folder_as_it_is_published(folder: Path, known: Authority, unknown: Authority) -> None:
    trust = load_trust_list(folder)
    assert certificates(trust.signers) == [known.certificate, unknown.certificate]
    assert certificates(trust.time_stamps) == [unknown.certificate]
    assert (trust.source, trust.dated) == ("https://lists.test", date(2026, 8, 14))
    assert "Subject" not in trust.signers


def test_a_file_of_signers_alone(folder: Path, known: Authority) -> None:
    file = folder / "ours.pem"
    file.write_text(known.pem)
    trust = load_trust_list(file)
    assert certificates(trust.signers) == [known.certificate]
    assert (trust.time_stamps, trust.source, trust.dated) == ("", str(file), None)
    assert trust.sha256 != load_trust_list(folder).sha256


def test_the_bundled_list_is_whole_and_says_what_it_is() -> None:
    trust = load_trust_list()
    assert certificates(trust.signers)
    assert certificates(trust.time_stamps)
    assert "c2pa-org" in trust.source
    assert trust.dated


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        (SIGNERS, None, SIGNERS),
        (SIGNERS, "no certificate", "PEM"),
        (SIGNERS, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "PEM"),
        (SIGNERS, "x" * 5_000_000, "bytes"),
        (TIME_STAMPS, "", "PEM"),
        ("source.json", "{", "JSON"),
        ("source.json", "[]", "object"),
        ("source.json", '{"date": "in May"}', "date"),
        ("source.json", '{"date": 3}', "date"),
    ],
)
def test_a_list_that_cannot_be_used_is_named(
    folder: Path, name: str, content: str | None, named: str
) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)
    with pytest.raises(TrustListError, match=named):
        load_trust_list(folder)


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrustListError, match="nowhere"):
        load_trust_list(tmp_path / "nowhere")
