"""Manifests that the tests sign: trusted, by a stranger, tampered with, expired, and chains."""

import time
from datetime import timedelta

import pytest
from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.signing import (
    SOURCE_TYPE,
    Authority,
    boasting,
    created,
    edited,
    placed,
    signed,
)
from tests.pictures import encode, scene

from realeyez.pipeline.provenance import Provenance, TrustList
from realeyez.pipeline.types import Claim

PICTURE = encode(scene())
MADE_BY_AI = created("trainedAlgorithmicMedia", "Dreamer 2")
BY_CAMERA = created("digitalCapture")
CROPPED = {"action": "c2pa.cropped"}


def told(claims: tuple[Claim, ...]) -> list[tuple[str, str]]:
    assert {claim.kind for claim in claims} <= {"c2pa"}
    return [(claim.certainty, claim.says) for claim in claims]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_known_signer_in_each_format(claims: Reads, known: Authority, format: str) -> None:
    mime = f"image/{format.lower()}"
    data = signed(encode(scene(), format), known.signer("Studio"), MADE_BY_AI, mime=mime)
    (claim,) = claims(data)
    assert (claim.kind, claim.certainty, claim.says) == ("c2pa", "signed", "ai")
    assert (claim.signer, claim.generator) == ("Studio", "Dreamer 2")
    assert "Studio says that AI made this picture, with Dreamer 2." in claim.summary


def test_a_known_camera_is_strong_evidence_and_says_so(claims: Reads, known: Authority) -> None:
    (claim,) = claims(signed(PICTURE, known.signer("Maker"), BY_CAMERA))
    assert (claim.certainty, claim.says) == ("signed", "camera")
    assert (claim.signer, claim.generator) == ("Maker", "Test Camera 1.0")
    assert "strong evidence" in claim.summary


def test_a_stranger_is_shown_as_such(claims: Reads, unknown: Authority) -> None:
    (claim,) = claims(signed(PICTURE, unknown.signer("Studio"), MADE_BY_AI))
    assert (claim.certainty, claim.says, claim.signer) == ("unknown_signer", "ai", "Studio")
    assert "not on the trust list" in claim.summary


def test_a_changed_picture_counts_for_nothing(claims: Reads, known: Authority) -> None:
    data = bytearray(signed(PICTURE, known.signer("Studio"), MADE_BY_AI))
    data[-100] ^= 1
    (claim,) = claims(bytes(data))
    assert (claim.certainty, claim.says) == ("invalid", "ai")
    assert "the picture was changed after it was signed" in claim.summary


def test_a_changed_record_counts_for_nothing(claims: Reads, known: Authority) -> None:
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    (claim,) = claims(data.replace(b"Dreamer 2", b"Painter 2"))
    assert (claim.certainty, claim.generator) == ("invalid", "Painter 2")
    assert "the record was changed after it was signed" in claim.summary


def test_a_certificate_that_has_run_out_counts_for_nothing(claims: Reads, known: Authority) -> None:
    lasts = timedelta(seconds=3)
    data = signed(PICTURE, known.signer("Studio", lasts), MADE_BY_AI)
    time.sleep(lasts.total_seconds() + 2)  # the library looks at whole seconds
    (claim,) = claims(data)
    assert claim.certainty == "invalid"
    assert "has run out" in claim.summary


def test_a_record_from_another_picture_counts_for_nothing(claims: Reads, known: Authority) -> None:
    """Cut out and put into a photograph, to discredit it."""
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    manifest = data[2 : data.index(b"\xff\xdb")]
    other = encode(scene(seed=5))
    assert told(claims(other[:2] + manifest + other[other.index(b"\xff\xdb") :])) == [
        ("invalid", "ai")
    ]


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (MADE_BY_AI, "ai"),
        (created("compositeWithTrainedAlgorithmicMedia"), "ai_edited"),
        (created("compositeSynthetic"), "ai_edited"),
        (BY_CAMERA, "camera"),
        (created("computationalCapture"), "camera"),
        (created("algorithmicMedia"), "nothing"),
        (created("digitalArt"), "nothing"),
        (created("trainedAlgorithmicMediaNot"), "nothing"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else value["digitalSourceType"].split("/")[-1]
    ),
)
def test_what_each_source_type_says(
    claims: Reads, known: Authority, action: dict[str, str], says: str
) -> None:
    assert told(claims(signed(PICTURE, known.signer("S"), action))) == [("signed", says)]


@pytest.mark.parametrize(("label", "says"), [("stds.iptc", "ai"), ("cawg.metadata", "nothing")])
def test_the_source_type_in_iptc_metadata_counts_if_it_is_the_signers(
    claims: Reads, known: Authority, label: str, says: str
) -> None:
    """CAWG's metadata is what a person says; a service signs it for anybody."""
    metadata = {
        "label": label,
        "data": {
            "@context": {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
            "Iptc4xmpExt:DigitalSourceType": SOURCE_TYPE + "trainedAlgorithmicMedia",
        },
    }
    data = signed(PICTURE, known.signer("S"), created("digitalCreation"), assertions=[metadata])
    assert told(claims(data)) == [("signed", says)]


def test_generative_fill_edits(claims: Reads, known: Authority) -> None:
    camera = signed(PICTURE, known.signer("Camera"), BY_CAMERA)
    filled = edited("trainedAlgorithmicMedia")
    data = signed(PICTURE, known.signer("Editor"), filled, parent=camera)
    assert told(claims(data)) == [("signed", "ai_edited"), ("signed", "camera")]


def test_what_was_made_by_ai_stays_so_when_it_is_edited(claims: Reads, known: Authority) -> None:
    generated = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    data = signed(PICTURE, known.signer("Editor"), CROPPED, parent=generated)
    newest, before = claims(data)
    assert (newest.says, newest.signer) == ("nothing", "Editor")
    assert (before.says, before.certainty, before.signer) == ("ai", "signed", "Studio")


@pytest.mark.parametrize("actions", [[placed()], []], ids=["placed", "not said how"])
def test_a_part_that_was_made_by_ai_is_a_part(
    claims: Reads, known: Authority, actions: list[dict[str, object]]
) -> None:
    generated = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    data = signed(
        PICTURE,
        known.signer("Editor"),
        created("digitalCreation"),
        *actions,
        parent=generated,
        relationship="componentOf",
    )
    assert told(claims(data)) == [("signed", "nothing"), ("signed", "ai_edited")]


def test_what_was_only_looked_at_is_not_in_the_picture(claims: Reads, known: Authority) -> None:
    generated = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    data = signed(
        PICTURE,
        known.signer("Editor"),
        created("digitalCreation"),
        parent=generated,
        relationship="inputTo",
    )
    assert told(claims(data)) == [("signed", "nothing")]


@pytest.mark.parametrize("editor_knows", ["nobody", "known", "unknown", "both"])
def test_a_strangers_camera_gains_nothing_from_a_known_editor(
    claims: Reads, known: Authority, unknown: Authority, editor_knows: str
) -> None:
    """The library tells of an older manifest only what the editor did not see."""
    knows = {
        "nobody": "",
        "known": known.pem,
        "unknown": unknown.pem,
        "both": known.pem + unknown.pem,
    }[editor_knows]
    editor = known.signer("Editor")
    for authority, certainty in ((known, "signed"), (unknown, "unknown_signer")):
        camera = signed(PICTURE, authority.signer("Camera"), BY_CAMERA)
        data = signed(PICTURE, editor, CROPPED, parent=camera, knows=knows)
        assert told(claims(data)) == [("signed", "nothing"), (certainty, "camera")]


@pytest.mark.parametrize("action", [MADE_BY_AI, BY_CAMERA], ids=["ai", "camera"])
@pytest.mark.parametrize("editor_knows", ["nobody", "the stranger"])
def test_a_stranger_who_records_trust_in_himself_gains_none(
    claims: Reads,
    known: Authority,
    unknown: Authority,
    action: dict[str, str],
    editor_knows: str,
) -> None:
    """What older manifests recorded is hidden from the library's report, distrust included."""
    says = "ai" if action is MADE_BY_AI else "camera"
    boast = boasting(PICTURE, unknown.signer("Stranger"), action)
    assert told(claims(boast)) == [("unknown_signer", says)]
    knows = "" if editor_knows == "nobody" else unknown.pem
    data = signed(PICTURE, known.signer("Editor"), CROPPED, parent=boast, knows=knows)
    assert told(claims(data)) == [("signed", "nothing"), ("unknown_signer", says)]


def test_a_known_camera_gains_nothing_from_an_unknown_editor(
    claims: Reads, known: Authority, unknown: Authority
) -> None:
    camera = signed(PICTURE, known.signer("Camera"), BY_CAMERA)
    data = signed(PICTURE, unknown.signer("Editor"), CROPPED, parent=camera, knows=known.pem)
    assert told(claims(data)) == [("unknown_signer", "nothing"), ("unknown_signer", "camera")]


def test_what_was_broken_when_it_was_opened_stays_so(claims: Reads, known: Authority) -> None:
    broken = bytearray(signed(PICTURE, known.signer("Studio"), MADE_BY_AI))
    broken[-100] ^= 1
    data = signed(PICTURE, known.signer("Editor"), CROPPED, parent=bytes(broken))
    assert told(claims(data)) == [("signed", "nothing"), ("invalid", "ai")]


def test_a_long_history_is_followed_so_far_and_no_farther(claims: Reads, known: Authority) -> None:
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    for _ in range(5):
        data = signed(PICTURE, known.signer("Editor"), CROPPED, parent=data)
    assert told(claims(data)) == [("signed", "nothing"), ("signed", "ai")]
    for _ in range(5):
        data = signed(PICTURE, known.signer("Editor"), CROPPED, parent=data)
    assert told(claims(data)) == [("signed", "nothing")]


def test_without_a_trust_list_nobody_is_known(known: Authority) -> None:
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    assert told(Provenance(TrustList()).claims(data)) == [("unknown_signer", "ai")]


def test_a_store_that_is_too_large_is_not_read(claims: Reads, known: Authority) -> None:
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    start = data.index(b"\xff\xeb")
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    more = b"\xff\xeb" + (65_002).to_bytes(2, "big") + data[start + 4 : start + 12] + bytes(64_992)
    (claim,) = claims(data[:end] + more * 170 + data[end:])
    assert (claim.certainty, claim.says) == ("invalid", "nothing")
    assert "too large" in claim.summary


def test_a_store_behind_too_many_segments_reaches_no_library(
    claims: Reads, known: Authority
) -> None:
    """What is not counted is not read, or the limits would be none."""
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    decoy = b"\xff\xeb\0\x40JP" + bytes(60)
    assert claims(data[:2] + decoy + b"\xff\xe2\0\2" * 5000 + data[2:]) == ()


def test_a_store_of_too_many_parts_is_not_read(claims: Reads, known: Authority) -> None:
    """The library takes two seconds for 3,200 assertions, and the square of that for more."""
    many = [{"label": f"org.test.a{index}", "data": {}} for index in range(600)]
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI, assertions=many)
    assert told(claims(data)) == [("invalid", "nothing")]


def test_a_packed_store_is_not_read(claims: Reads, known: Authority) -> None:
    settings = {"core": {"prefer_compress_manifests": True}}
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI, settings=settings)
    (claim,) = claims(data)
    assert (claim.certainty, claim.says) == ("invalid", "nothing")
    assert "packed" in claim.summary


def test_a_damaged_store_says_so(claims: Reads, known: Authority) -> None:
    data = signed(PICTURE, known.signer("Studio"), MADE_BY_AI)
    place = data.index(b"c2pa.claim") + 40
    (claim,) = claims(data[:place] + b"\xff" * 60 + data[place + 60 :])
    assert (claim.certainty, claim.says) == ("invalid", "nothing")
    assert "damaged" in claim.summary


def test_names_in_certificates_are_made_fit_to_be_shown(claims: Reads, unknown: Authority) -> None:
    name = "Good\N{RIGHT-TO-LEFT OVERRIDE}oiduts \x1b[31m Ltd"
    (claim,) = claims(signed(PICTURE, unknown.signer(name), MADE_BY_AI))
    assert claim.signer == "Good oiduts [31m Ltd"
