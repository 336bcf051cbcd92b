"""Stores that would cost the library seconds or gigabytes, and those that would not."""

import struct

import pytest
from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.files import PNG, chunk
from tests.backend.pipeline.provenance.signing import Authority, created, signed

from realeyez.pipeline.provenance.containers import read_metadata
from realeyez.pipeline.provenance.jumbf import MAX_BOXES, MAX_BYTES, MAX_PARSED, why_unreadable

LARGE, DAMAGED, PACKED = "too large", "damaged", "packed"


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def nested(depth: int) -> bytes:
    store = b""
    for _ in range(depth):
        store = box(b"jumb", store)
    return store


@pytest.mark.parametrize(
    ("store", "why"),
    [
        (box(b"jumb", box(b"jumb", box(b"cbor", b"\xa0")) + box(b"bidb", bytes(2**20))), None),
        (box(b"jumb", box(b"free")) + bytes(100), None),
        (box(b"jumb", box(b"free") * MAX_BOXES), LARGE),
        (box(b"jumb", box(b"cbor", b"\xa0" * MAX_PARSED)), LARGE),
        (box(b"jumb", box(b"json", b" " * 1000) * 600), LARGE),
        (box(b"jumb", box(b"bidb", bytes(MAX_BYTES))), LARGE),
        (box(b"jumb", box(b"cbor", b"self#jumbf=" * 1001)), LARGE),
        (nested(1000), None),
        (nested(1001), LARGE),
        (box(b"jumb", box(b"brob", b"packed")), PACKED),
        (box(b"jumb", struct.pack(">I4s", 7, b"less")), DAMAGED),
        (box(b"jumb", struct.pack(">I4s", 0, b"rest")), DAMAGED),
        (box(b"jumb", struct.pack(">I4s", 9, b"more")), DAMAGED),
        (box(b"jumb", b"\0\0\0"), DAMAGED),
        (b"\0\0", DAMAGED),
    ],
)
def test_what_is_read(store: bytes, why: str | None) -> None:
    found = why_unreadable(store)
    assert found is None if why is None else found and why in found


def test_such_a_store_is_told_and_counts_for_nothing(claims: Reads, known: Authority) -> None:
    """Eight megabytes of empty objects took the library three seconds and 1.4 GB."""
    made = created("trainedAlgorithmicMedia")
    store = read_metadata(signed(PNG, known.signer("S"), made, mime="image/png")).manifests
    store += box(b"cbor", b"\xa0" * 8_000_000)
    store = struct.pack(">I", len(store)) + store[4:]
    (claim,) = claims(PNG[:33] + chunk(b"caBX", store) + PNG[33:])
    assert (claim.certainty, claim.says) == ("invalid", "nothing")
    assert LARGE in claim.summary
