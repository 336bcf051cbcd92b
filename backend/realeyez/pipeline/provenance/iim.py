"""IPTC-IIM, as Photoshop's image resources carry it → the credit line."""

import struct

_IPTC_RESOURCE = 0x0404
_CREDIT = b"\x1c\x02\x6e"
_MAX_STEPS = 2000


def read_credit(resources: bytes) -> str:
    """Dataset 2:110 of resource 0x0404; "" if there is none."""
    position = 0
    for _ in range(_MAX_STEPS):
        if resources[position : position + 4] != b"8BIM" or position + 8 > len(resources):
            return ""
        (kind,) = struct.unpack_from(">H", resources, position + 4)
        position += 6
        position += (resources[position] // 2 + 1) * 2  # a Pascal string, padded to even
        if position + 4 > len(resources):
            return ""
        (size,) = struct.unpack_from(">I", resources, position)
        position += 4
        if kind == _IPTC_RESOURCE:
            return _credit(resources[position : position + size])
        position += size + size % 2
    return ""


def _credit(records: bytes) -> str:
    position = 0
    for _ in range(_MAX_STEPS):
        if records[position : position + 1] != b"\x1c" or position + 5 > len(records):
            return ""
        (size,) = struct.unpack_from(">H", records, position + 3)
        if size > 0x7FFF:  # an extended dataset: thousands of times a credit line
            return ""
        if records[position : position + 3] == _CREDIT:
            return records[position + 5 : position + 5 + size].decode("utf-8", "replace")
        position += 5 + size
    return ""
