"""EXIF → the ten tags that signals read, and no other: not where somebody was."""

import struct
from collections.abc import Iterator

from realeyez.pipeline.provenance.metadata import ExifValue

DESCRIPTION, MAKE, MODEL, SOFTWARE = 0x010E, 0x010F, 0x0110, 0x0131
EXPOSURE_TIME, F_NUMBER, ISO = 0x829A, 0x829D, 0x8827
TAKEN_AT, MAKER_NOTE, USER_COMMENT = 0x9003, 0x927C, 0x9286

_WANTED = {
    *(DESCRIPTION, MAKE, MODEL, SOFTWARE, EXPOSURE_TIME, F_NUMBER, ISO),
    *(TAKEN_AT, MAKER_NOTE, USER_COMMENT),
}
_EXIF_DIRECTORY = 0x8769
_MAX_ENTRIES = 512
_MAX_VALUE = 2 * 2**20
_TEXTS, _NUMBERS = {1, 2, 7}, {3: "H", 4: "I"}
_RATIONAL = 5


def read_exif(blob: bytes) -> dict[int, ExifValue]:
    """Texts and numbers by tag, of the first directory and the EXIF directory."""
    blob = blob.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(blob[:4])
    if order is None:
        return {}
    found: dict[int, ExifValue] = {}
    try:
        (first,) = struct.unpack_from(order + "I", blob, 4)
        second = None
        for tag, kind, count, place in _entries(blob, first, order):
            if tag == _EXIF_DIRECTORY:
                (second,) = struct.unpack_from(order + "I", blob, place)
            else:
                _note(found, blob, order, tag, kind, count, place)
        if second is not None:
            for tag, kind, count, place in _entries(blob, second, order):
                _note(found, blob, order, tag, kind, count, place)
    except struct.error:  # cut off: what came before still counts
        pass
    return found


def _entries(blob: bytes, offset: int, order: str) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, count and where the value field lies."""
    (count,) = struct.unpack_from(order + "H", blob, offset)
    for index in range(min(count, _MAX_ENTRIES)):
        place = offset + 2 + 12 * index
        tag, kind, values = struct.unpack_from(order + "HHI", blob, place)
        yield tag, kind, values, place + 8


def _note(
    found: dict[int, ExifValue],
    blob: bytes,
    order: str,
    tag: int,
    kind: int,
    count: int,
    place: int,
) -> None:
    if tag not in _WANTED or tag in found or not count:
        return
    if kind in _NUMBERS:
        (found[tag],) = struct.unpack_from(order + _NUMBERS[kind], blob, place)
    elif kind == _RATIONAL:
        (offset,) = struct.unpack_from(order + "I", blob, place)
        above, below = struct.unpack_from(order + "II", blob, offset)
        if below:
            found[tag] = above / below
    elif kind in _TEXTS and count <= _MAX_VALUE:
        start = place if count <= 4 else struct.unpack_from(order + "I", blob, place)[0]
        found[tag] = _decoded(blob[start : start + count], order, tag)


def _decoded(value: bytes, order: str, tag: int) -> str:
    if tag == USER_COMMENT and value[:8] == b"UNICODE\0":
        value = value[8:]
        # Writers disagree on the byte order; Latin letters, of which prompts are made, tell it.
        big, little = value[0::2].count(0), value[1::2].count(0)
        name = "utf-16-be" if big > little or (big == little and order == ">") else "utf-16-le"
        return value.decode(name, "replace").strip("\0 ")
    if tag == USER_COMMENT and value[:8] in (b"ASCII\0\0\0", bytes(8)):
        value = value[8:]
    return value.decode("utf-8", "replace").strip("\0 ")
