"""XMP packet → simple properties by `{namespace}name`: no entities, no DTD, few and shallow."""

import io
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

MAX_PACKET = 2**19
MAX_EVENTS = 40_000  # two an element
MAX_DEPTH = 40

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read_xmp(packet: bytes) -> dict[str, str]:
    """Attributes and texts of the packet's descriptions; of a list, its first item."""
    packet = packet.strip(b"\0 \t\r\n")
    if not packet or len(packet) > MAX_PACKET:
        return {}
    try:
        root = _parsed(packet)
    except (ParseError, ValueError, LookupError):  # malformed, forbidden, an unknown encoding
        return {}
    found: dict[str, str] = {}
    rdf = root if root.tag == f"{_RDF}RDF" else root.find(f"{_RDF}RDF")
    for description in rdf.findall(f"{_RDF}Description") if rdf is not None else ():
        for name, value in description.attrib.items():
            found.setdefault(name, value)
        for child in description:
            found.setdefault(child.tag, _value(child))
    return found


def _parsed(packet: bytes) -> Element:
    """The root of the tree. Raises `ValueError` once it grows beyond the limits."""
    root: Element | None = None
    depth = 0
    parsing = iterparse(io.BytesIO(packet), events=("start", "end"), forbid_dtd=True)
    for count, (event, element) in enumerate(parsing):
        root = element if root is None else root
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or count > MAX_EVENTS:
            raise ValueError("too many elements, or too deep")
    if root is None:
        raise ValueError("nothing")
    return root


def _value(element: Element) -> str:
    item = element.find(f"*/{_RDF}li")
    text = element.text if item is None else item.text
    return (text or element.get(f"{_RDF}resource") or "").strip()
