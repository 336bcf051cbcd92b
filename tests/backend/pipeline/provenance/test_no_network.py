"""Reading claims opens no connection, whatever the file asks for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.files import jpeg_xmp, xmp
from tests.backend.pipeline.provenance.signing import Authority, created, signed
from tests.pictures import encode, scene

from realeyez.pipeline.provenance import TrustList
from realeyez.pipeline.provenance.content_credentials import ContentCredentials
from realeyez.pipeline.provenance.metadata import Metadata


@contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """A server's address, and who came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        closing = threading.Event()

        def accept() -> None:
            while not closing.is_set():
                try:
                    connection, peer = server.accept()
                except TimeoutError:
                    continue
                came.append(peer)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa", came
        closing.set()
        thread.join()


def test_a_remote_manifest_is_not_fetched(claims: Reads, known: Authority) -> None:
    with listening() as (address, came):
        action = created("trainedAlgorithmicMedia")
        data = signed(encode(scene()), known.signer("Studio"), action, remote=address)
        assert address.encode() in data
        assert claims(data) == ()
        # Even if it were given to the library.
        asked = ContentCredentials(TrustList(signers=known.pem)).claims
        assert {claim.says for claim in asked(data, Metadata("image/jpeg", b"some"))} <= {"nothing"}
    assert came == []


def test_nor_beside_a_manifest_that_is_in_the_file(claims: Reads, known: Authority) -> None:
    with listening() as (address, came):
        packet = xmp({"dcterms:provenance": address}, {"dcterms": "http://purl.org/dc/terms/"})
        data = signed(jpeg_xmp(packet), known.signer("Studio"), created("digitalCapture"))
        assert [claim.certainty for claim in claims(data)] == ["signed"]
    assert came == []
