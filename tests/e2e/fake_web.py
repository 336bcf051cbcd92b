"""The web as a test needs it: any host over https, pages as given, pictures drawn."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL.PngImagePlugin import PngInfo
from tests.pictures import encode, scene


@dataclass(frozen=True)
class Request:
    """What a browser asked for; `destination`: "image" for a page, "empty" for a script."""

    url: str
    destination: str
    headers: dict[str, str]


@dataclass
class FakeWeb:
    """Every host there is. Addresses that are no page's are pictures, a different one each;
    those under /ai/ say that AI made them, those under /edited/ that it edited them.

    Scripts' requests for addresses that end in ?hold are answered once `hold` is set.
    """

    pages: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    refuse: frozenset[str] = frozenset()
    hold: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    size: tuple[int, int] = (240, 160)

    def fetched(self) -> list[str]:
        """What the extension read, in order."""
        return [it.url for it in self.requests if it.destination == "empty"]


@lru_cache(maxsize=1024)
def drawn(seed: int, width: int = 240, height: int = 160) -> bytes:
    """A small JPEG of its own for each seed."""
    return encode(scene(width, height, seed), quality=80)


@lru_cache(maxsize=64)
def drawn_by_ai(seed: int, width: int = 240, height: int = 160) -> bytes:
    """A PNG with the note that a generator leaves, so that its verdict is sure to be "ai"."""
    note = PngInfo()
    note.add_text(
        "parameters", "hills\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: v1"
    )
    return encode(scene(width, height, seed), "PNG", pnginfo=note)


SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
EDITED = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
  xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  Iptc4xmpExt:DigitalSourceType="{SOURCE}"/>
</rdf:RDF></x:xmpmeta>"""


@lru_cache(maxsize=64)
def drawn_and_edited(seed: int, width: int = 240, height: int = 160) -> bytes:
    """A PNG that says, as editors write it, that AI has changed it."""
    note = PngInfo()
    note.add_itxt("XML:com.adobe.xmp", EDITED)
    return encode(scene(width, height, seed), "PNG", pnginfo=note)


NOTED = {"/ai/": drawn_by_ai, "/edited/": drawn_and_edited}


@contextmanager
def fake_web(folder: Path) -> Iterator[FakeWeb]:
    """folder: where the self-signed certificate goes."""
    web = FakeWeb()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = f"https://{self.headers['Host']}{self.path}"
            destination = self.headers.get("Sec-Fetch-Dest", "")
            web.requests.append(Request(url, destination, dict(self.headers)))
            if url.endswith("?hold") and destination == "empty":
                web.hold.wait(20)
            page = web.pages.get(url)
            if url in web.refuse and destination == "empty":
                self.reply(403, "text/plain", b"no")
            elif page is not None:
                self.reply(200, "text/html; charset=utf-8", page.encode())
            elif self.path == "/favicon.ico":
                self.reply(404, "text/plain", b"none")
            else:
                draw, kind = drawn, "image/jpeg"
                for folder, drawing in NOTED.items():
                    if folder in self.path:
                        draw, kind = drawing, "image/png"
                self.reply(200, kind, draw(crc32(url.encode()), *web.size))

        def reply(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # mypy refuses to set a method on one instance; aborted loads are no news.
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    web.port = server.server_port
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path) -> Path:
    """A key and a certificate that nobody signed, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "realeyez tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    return path
