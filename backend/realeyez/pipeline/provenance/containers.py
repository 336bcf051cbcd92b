"""JPEG, PNG, WebP and AVIF: where their metadata lies. Nothing is decoded but text, up to a cap."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image as Pillow

from realeyez.pipeline.provenance.exif import read_exif
from realeyez.pipeline.provenance.iim import read_credit
from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.xmp import read_xmp

MAX_PARTS = 5000  # segments, chunks or boxes that are looked at
MAX_PART = 2 * 2**20  # bytes of one that are read, inflated or not
MAX_TEXT = 4 * 2**20  # characters of all text chunks

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_BRANDS = (b"avif", b"avis", b"mif1", b"msf1")  # as Pillow has them; HEIC's own are not read
_PNG = b"\x89PNG\r\n\x1a\n"
_JUMBF = b"JP"
_STORE = b"c2pa"  # the type of the box that holds all manifests
_C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0"

Part = tuple[bytes, memoryview]


def read_metadata(data: bytes) -> Metadata:
    """Everything that a signal may look at; of damaged containers, what comes before the damage."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(_PNG):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp" and data[8:12] in _BRANDS:
        return _avif(data)
    return Metadata()


def _jpeg(data: bytes) -> Metadata:
    exif = xmp = resources = b""
    boxes: list[memoryview] = []
    for marker, body in _segments(data):
        if marker == b"\xe1" and body[:6] == _EXIF:
            exif = exif or bytes(body)
        elif marker == b"\xe1" and body[: len(_XMP)] == _XMP:
            xmp = xmp or bytes(body[len(_XMP) :])
        elif marker == b"\xed" and body[: len(_PHOTOSHOP)] == _PHOTOSHOP:
            resources += bytes(body[len(_PHOTOSHOP) :]) if len(resources) < MAX_PART else b""
        elif marker == b"\xeb" and body[:2] == _JUMBF:
            boxes.append(body)
    return Metadata(
        mime="image/jpeg",
        manifests=_joined(boxes),
        exif=read_exif(exif),
        xmp=read_xmp(xmp),
        credit=read_credit(resources),
    )


def _joined(boxes: list[memoryview]) -> bytes:
    """The manifest store. A segment: JP, the store's number, its own, the store's header again."""
    store: list[memoryview] = []
    number = None
    for body in boxes:
        if number is None and body[24:28] == _STORE:
            number = body[2:4]
            store.append(body[8:])
        elif number is not None and body[2:4] == number:
            store.append(body[16:])
    return b"".join(store)


def _segments(data: bytes) -> Iterator[Part]:
    """Marker segments up to the first scan."""
    view, position = memoryview(data), 2
    for _ in range(MAX_PARTS):
        if data[position : position + 1] != b"\xff":
            return
        marker = data[position + 1 : position + 2]
        if marker == b"\xff":  # padding
            position += 1
            continue
        size = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker in (b"\xda", b"\xd9", b"") or size < 2:
            return
        yield marker, view[position + 4 : position + 2 + size]
        position += 2 + size


def _png(data: bytes) -> Metadata:
    exif = manifests = b""
    left = MAX_TEXT
    text: dict[str, str] = {}
    for kind, body in _chunks(data):
        if kind == b"eXIf" and len(body) <= MAX_PART:
            exif = exif or bytes(body)
        elif kind == b"caBX":
            manifests = manifests or bytes(body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and left > 0 and len(body) <= MAX_PART:
            keyword, value = _text(kind, bytes(body), min(left, MAX_PART))
            left -= len(value)
            text.setdefault(keyword, value)
    xmp = text.pop("XML:com.adobe.xmp", "").encode()
    return Metadata(
        mime="image/png",
        manifests=manifests,
        text=text,
        exif=read_exif(exif),
        xmp=read_xmp(xmp),
    )


def _chunks(data: bytes) -> Iterator[Part]:
    view, position = memoryview(data), len(_PNG)
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, position)
        yield kind, view[position + 8 : position + 8 + size]
        position += 12 + size


def _text(kind: bytes, body: bytes, limit: int) -> tuple[str, str]:
    """Keyword and text of a text chunk; no text if it is damaged or inflates beyond the limit."""
    keyword, _, rest = body.partition(b"\0")
    name = keyword[:79].decode("latin-1")
    packed = kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:]
        _language, _, rest = rest.partition(b"\0")
        _translated, _, rest = rest.partition(b"\0")
    value = _inflate(rest, limit) if packed else rest[:limit]
    try:
        return name, value.decode()
    except UnicodeDecodeError:  # what the standard says of tEXt and zTXt, and few keep to
        return name, value.decode("latin-1")


def _inflate(packed: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        value = inflater.decompress(packed, limit)
    except zlib.error:
        return b""
    return value if inflater.eof else b""


def _webp(data: bytes) -> Metadata:
    exif = xmp = manifests = b""
    for kind, body in _riff(data):
        if kind == b"C2PA":
            manifests = manifests or bytes(body)
        elif kind == b"EXIF" and len(body) <= MAX_PART:
            exif = exif or bytes(body)
        elif kind == b"XMP " and len(body) <= MAX_PART:
            xmp = xmp or bytes(body)
    return Metadata(mime="image/webp", manifests=manifests, exif=read_exif(exif), xmp=read_xmp(xmp))


def _riff(data: bytes) -> Iterator[Part]:
    view, position = memoryview(data), 12
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        kind, size = struct.unpack_from("<4sI", data, position)
        yield kind, view[position + 8 : position + 8 + size]
        position += 8 + size + size % 2


def _avif(data: bytes) -> Metadata:
    """The items' places are Pillow's business; it parses the boxes and decodes no pixel."""
    exif = xmp = manifests = b""
    for kind, body in _boxes(data):
        if kind == b"uuid" and body[: len(_C2PA_BOX)] == _C2PA_BOX:
            manifests = manifests or bytes(body[len(_C2PA_BOX) + 8 :])  # 8: where others lie
    with suppress(Exception), Pillow.open(io.BytesIO(data), formats=["AVIF"]) as picture:
        exif = picture.info.get("exif", b"")[:MAX_PART]
        xmp = picture.info.get("xmp", b"")[:MAX_PART]
    return Metadata(mime="image/avif", manifests=manifests, exif=read_exif(exif), xmp=read_xmp(xmp))


def _boxes(data: bytes) -> Iterator[Part]:
    """Boxes of the top level."""
    view, position = memoryview(data), 0
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, position)
        start = 8
        if size == 1:
            if position + 16 > len(data):
                return
            (size,), start = struct.unpack_from(">Q", data, position + 8), 16
        size = size or len(data) - position
        if size < start:
            return
        yield kind, view[position + start : position + size]
        position += size
