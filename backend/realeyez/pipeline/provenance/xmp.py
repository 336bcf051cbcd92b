"""XMP packet → simple properties by `{namespace}name`, without entities, DTDs or recursion."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

MAX_PACKET = 2 * 2**20

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read_xmp(packet: bytes) -> dict[str, str]:
    """Attributes and texts of the packet's descriptions; of a list, its first item."""
    packet = packet.strip(b"\0 \t\r\n")
    if not packet or len(packet) > MAX_PACKET:
        return {}
    try:
        root = fromstring(packet, forbid_dtd=True)
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


def _value(element: Element) -> str:
    item = element.find(f"*/{_RDF}li")
    text = element.text if item is None else item.text
    return (text or element.get(f"{_RDF}resource") or "").strip()
