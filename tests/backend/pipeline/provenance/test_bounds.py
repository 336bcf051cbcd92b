"""Bombs, damage and noise: no crash, no hang, no memory, and what can be read is."""

import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.files import (
    JPEG,
    PICTURE,
    chunk,
    exif,
    iim,
    jpeg,
    jpeg_xmp,
    notes,
    packed_text,
    png,
    segment,
    text,
    xmp,
)
from tests.backend.pipeline.provenance.signing import Authority, created, signed
from tests.pictures import encode

from realeyez.pipeline.decode import decode
from realeyez.pipeline.errors import PictureError
from realeyez.pipeline.provenance import Provenance, TrustList
from realeyez.pipeline.provenance.exif import read_exif
from realeyez.pipeline.provenance.iim import read_credit
from realeyez.pipeline.provenance.xmp import read_xmp
from realeyez.pipeline.types import Claim

MEBIBYTE = 2**20
AI = xmp({"iptc:DigitalSourceType": "trainedAlgorithmicMedia"})
BILLION_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><x>&j;</x>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + AI.replace(b"trained", b"&a;")
ATTRIBUTES = b"<a " + b" ".join(b'b%d=""' % i for i in range(45_000)) + b"/>"
EXIF_BOMB = (
    b"II*\0\x08\0\0\0"
    + struct.pack("<H", 65535)
    + struct.pack("<HHII", 0x9286, 7, 2**21, 8) * 65535
)


def peak_of(work: Callable[[], object]) -> int:
    """Most bytes that Python held for it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def pixels(data: bytes) -> bytes | None:
    """What a picture shows, if it can be decoded."""
    try:
        return decode(data).pixels.tobytes()
    except PictureError:
        return None


BOMBS = {
    "zTXt": png(packed_text("parameters", bytes(500 * MEBIBYTE))),
    "many zTXt": png(*(packed_text(f"n{i}", bytes(MEBIBYTE)) for i in range(300))),
    "many texts": png(*(text(f"n{i}", "x") for i in range(50_000))),
    "XMP entities": jpeg_xmp(BILLION_LAUGHS),
    "XMP from a file": jpeg_xmp(OUTSIDE),
    "deep XMP": png(packed_text("XML:com.adobe.xmp", b"<a>" * 150_000)),
    "wide XMP": png(packed_text("XML:com.adobe.xmp", b"<a>" + b"<b/>" * 100_000 + b"</a>")),
    "XMP of attributes": png(packed_text("XML:com.adobe.xmp", ATTRIBUTES)),
    "deep JSON": notes(prompt='{"a":' * 300_000),
    "wide JSON": notes(prompt='{"a":[' + "[]," * 500_000 + "0]}"),
    "a number without an end": notes(prompt='{"a":' + "9" * 1_500_000 + "}"),
    "EXIF that points to itself": png(chunk(b"eXIf", EXIF_BOMB)),
    "settings without an end": notes(parameters="\nSteps: " + "1, Sampler: " * 100_000),
    "jobs without an end": notes(Description="Job ID: " * 200_000),
    "padding": JPEG[:2] + b"\xff" * 5_000_000,
    "empty segments": JPEG[:2] + segment(0xE2, b"") * 500_000 + JPEG[2:],
    "resources": jpeg(*[segment(0xED, b"Photoshop 3.0\0" + b"8BIM\0\0\0\0" * 8000)] * 200),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_bombs_go_off_in_a_small_room(claims: Reads, data: bytes) -> None:
    found: list[tuple[Claim, ...]] = []
    assert peak_of(lambda: found.append(claims(data))) < 24 * MEBIBYTE
    assert found == [()]


def test_what_stands_before_the_damage_is_read(claims: Reads) -> None:
    data = jpeg_xmp(AI)
    assert [claim.says for claim in claims(data[:-900])] == ["ai"]
    assert [claim.says for claim in claims(png(text("Software", "Midjourney"))[:90])] == ["ai"]


def test_text_that_is_a_little_too_long_is_left_out_whole(claims: Reads) -> None:
    """Half a graph would be no graph, and half a prompt would be told as the whole."""
    graph = json.dumps({"1": {"class_type": "KSampler", "inputs": {"text": "x" * 3_000_000}}})
    assert claims(png(packed_text("prompt", graph.encode()))) == ()


WHOLE = {
    "jpeg": jpeg(
        segment(0xE1, b"Exif\0\0" + exif({0x010F: "Canon"}, {0x8827: 100})),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + AI),
        iim("Made with Google AI"),
    ),
    "png": notes(parameters="x\nSteps: 2, Sampler: a, CFG scale: 1, Seed: 2", prompt='{"1": {}}'),
    "webp": encode(PICTURE, "WEBP", exif=exif({0x0131: "Midjourney"}), xmp=AI),
    "avif": encode(PICTURE, "AVIF", exif=exif({0x0131: "Midjourney"}), xmp=AI),
}
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session")
def whole(known: Authority) -> dict[str, bytes]:
    """Files to be damaged, some of them signed."""
    made = created("trainedAlgorithmicMedia")
    return WHOLE | {
        f"signed {name}": signed(data, known.signer("S"), made, mime=f"image/{name}")
        for name, data in WHOLE.items()
    }


PLACES = st.integers(0, 2**16 - 1)  # of a file, whatever its length


@pytest.mark.parametrize("name", [*WHOLE, *(f"signed {name}" for name in WHOLE)])
@FUZZ
@given(
    damage=st.lists(
        st.tuples(PLACES, st.binary(max_size=8), st.booleans()), min_size=1, max_size=8
    ),
    end=PLACES | st.just(2**16),
)
def test_damage_raises_nothing_and_proves_nothing(
    claims: Reads,
    whole: dict[str, bytes],
    name: str,
    damage: list[tuple[int, bytes, bool]],
    end: int,
) -> None:
    data = bytearray(whole[name])
    for place, some, replaces in damage:
        start = len(data) * place >> 16
        data[start : start + len(some) * replaces] = some
    data = data[: len(data) * end >> 16]
    found = claims(bytes(data))
    assert all(claim.summary for claim in found)
    if "signed" in {claim.certainty for claim in found}:
        # Signatures leave a little out: an AVIF's list of brands, the padding of the record.
        assert pixels(bytes(data)) in (None, pixels(whole[name]))


@FUZZ
@given(blob=st.binary(max_size=300), head=st.sampled_from([b"", b"II*\0", b"MM\0*", b"8BIM\4\4"]))
def test_noise_in_each_parser(blob: bytes, head: bytes) -> None:
    read_exif(head + blob)
    read_credit(head + blob)
    read_xmp(blob)


HEADS = [
    b"\xff\xd8\xff",
    b"\xff\xd8\xff\xeb\0\x20JP",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\0\0\0WEBP",
    b"\0\0\0\x1cftypavif",
]
NOBODY = Provenance(TrustList())


@FUZZ
@given(head=st.sampled_from(HEADS), noise=st.binary(max_size=600))
def test_noise_in_each_container(head: bytes, noise: bytes) -> None:
    assert "signed" not in {claim.certainty for claim in NOBODY.claims(head + noise)}


def test_an_inflating_chunk_is_inflated_no_further_than_its_limit(claims: Reads) -> None:
    """The peak that `test_bombs` allows would not show the difference between 2 and 12 MiB."""
    bomb = png(packed_text("parameters", bytes(200 * MEBIBYTE)))
    assert len(bomb) < MEBIBYTE
    assert zlib.decompressobj().decompress(bomb[53:], 1) == b"\0"
    assert peak_of(lambda: claims(bomb)) < 8 * MEBIBYTE
