"""A manifest store's boxes, counted before the library reads them: its time and memory are not."""

import struct

MAX_BYTES = 10 * 2**20  # of all manifests of a file
MAX_LINKED = 1000  # boxes of boxes, and links to them; the library's time grows with their square
MAX_BOXES = 4 * MAX_LINKED
MAX_PARSED = 2**19  # bytes of CBOR and JSON; over a hundred times as many are held meanwhile

_HEADER = struct.Struct(">I4s")


def why_unreadable(store: bytes) -> str | None:
    """What is wrong with it, said of a record; None if it can be read."""
    if len(store) > MAX_BYTES or store.count(b"jumb") > MAX_LINKED:
        return "is too large to be read"
    if b"brob" in store:  # what is in it cannot be counted before
        return "is packed, and such are not read"
    try:
        return None if _fits(store) else "is too large to be read"
    except (struct.error, ValueError):
        return "is damaged"


def _fits(store: bytes) -> bool:
    """Whether it keeps within the limits. Raises `ValueError` if its boxes do not nest."""
    boxes = parsed = 0
    waiting = [(0, min(len(store), _HEADER.unpack_from(store)[0]))]  # it may be padded
    while waiting:
        position, end = waiting.pop()
        while position < end:
            size, kind = _HEADER.unpack_from(store, position)
            if size < _HEADER.size or position + size > end:
                raise ValueError("a box that is not within the one around it")
            if kind == b"jumb":
                waiting.append((position + _HEADER.size, position + size))
            elif kind in (b"cbor", b"json"):
                parsed += size
            position += size
            boxes += 1
            if boxes > MAX_BOXES or parsed > MAX_PARSED:
                return False
    return True
