"""Pictures with metadata in every place that is read, made chunk by chunk."""

import struct
import zlib

from PIL import Image as Pillow
from tests.pictures import encode, scene

PICTURE = scene(96, 64)
JPEG, PNG = encode(PICTURE), encode(PICTURE, "PNG")

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
XAP = "http://ns.adobe.com/xap/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
DC = "http://purl.org/dc/elements/1.1/"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, at_the_end: bool = False) -> bytes:
    """A PNG with these chunks before its pixels, or behind them."""
    place = PNG.rindex(b"IEND") - 4 if at_the_end else 33
    return PNG[:place] + b"".join(chunks) + PNG[place:]


def text(keyword: str, value: str) -> bytes:
    return chunk(b"tEXt", f"{keyword}\0".encode() + value.encode("latin-1"))


def packed_text(keyword: str, value: bytes) -> bytes:
    return chunk(b"zTXt", f"{keyword}\0\0".encode() + zlib.compress(value))


def international_text(keyword: str, value: str, *, packed: bool = False) -> bytes:
    body = value.encode()
    head = f"{keyword}\0".encode() + (b"\1\0" if packed else b"\0\0") + b"en\0\0"
    return chunk(b"iTXt", head + (zlib.compress(body) if packed else body))


def notes(**values: str) -> bytes:
    """A PNG with these texts."""
    return png(*(international_text(key, value) for key, value in values.items()))


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(*segments: bytes) -> bytes:
    """A JPEG with these segments in front."""
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def xmp(properties: dict[str, str], namespaces: dict[str, str] | None = None) -> bytes:
    """A packet with these attributes, `prefix:name`."""
    known = {"iptc": IPTC, "photoshop": PHOTOSHOP, "xmp": XAP, "exif": EXIF, "dc": DC}
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in (namespaces or known).items())
    values = " ".join(f'{name}="{value}"' for name, value in properties.items())
    return (
        '<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {declared} {values}/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def jpeg_xmp(packet: bytes) -> bytes:
    return jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))


def exif(values: dict[int, object], photo: dict[int, object] | None = None) -> bytes:
    """Pillow's EXIF of these tags, and of these in the EXIF directory."""
    made = Pillow.Exif()
    made.update(values)
    if photo:
        made.get_ifd(0x8769).update(photo)
    return made.tobytes()


def iim(credit: str) -> bytes:
    """An APP13 segment with IPTC-IIM's credit line."""
    value = credit.encode()
    records = b"\x1c\x02\0\0\2\0\4" + b"\x1c\x02\x6e" + struct.pack(">H", len(value)) + value
    records += b"\0" * (len(records) % 2)
    other = b"8BIM\x04\x25\0\0" + struct.pack(">I", 3) + b"abc\0"
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    return segment(0xED, b"Photoshop 3.0\0" + other + resource)
