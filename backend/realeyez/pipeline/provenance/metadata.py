"""A file's metadata, taken out of its container and parsed; what the signals read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ExifValue = str | float


@dataclass(frozen=True, slots=True)
class Metadata:
    """Every part is bounded, and empty where there is none.

    mime: of the container; "" if it is not one that is read.
    manifests: the C2PA manifest store.
    text: PNG text chunks by keyword.
    exif: by tag; texts, and numbers (rationals as quotients).
    xmp: simple properties by `{namespace}name`.
    credit: IPTC-IIM's credit line (2:110).
    """

    mime: str = ""
    manifests: bytes = b""
    text: Mapping[str, str] = field(default_factory=dict)
    exif: Mapping[int, ExifValue] = field(default_factory=dict)
    xmp: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
