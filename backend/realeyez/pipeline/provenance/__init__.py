"""Bytes → what the file claims of its own origin, before any pixel is decoded.

provenance = Provenance(load_trust_list())
claims = provenance.claims(data)

Each kind of signal is one file with one function, `claims(metadata) -> Iterator[Claim]`, named in
`_DECLARED`; what is signed, `content_credentials` reads. docs/provenance.md says what each proves.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from realeyez.pipeline.provenance import camera, generators, iptc, software
from realeyez.pipeline.provenance.containers import read_metadata
from realeyez.pipeline.provenance.content_credentials import ContentCredentials
from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.trust import TrustList, TrustListError, load_trust_list
from realeyez.pipeline.types import Claim

__all__ = ["Provenance", "TrustList", "TrustListError", "load_trust_list"]

MOST_CLAIMS = 16

Signal = Callable[[Metadata], Iterator[Claim]]

# In the order in which people are told.
_DECLARED: tuple[Signal, ...] = (iptc.claims, generators.claims, software.claims, camera.claims)


class Provenance:
    """Reads claims; from several threads, if need be. It never uses the network."""

    def __init__(self, trust: TrustList) -> None:
        self.trust = trust
        self._credentials = ContentCredentials(trust)

    def claims(self, data: bytes) -> tuple[Claim, ...]:
        """What the file says, the signed first. Whatever the bytes are, nothing is raised.

        No claim says nothing: most sites remove all metadata.
        """
        metadata = read_metadata(data)
        signed = self._credentials.claims(data, metadata)
        declared = (claim for signal in _DECLARED for claim in signal(metadata))
        return tuple(islice(chain(signed, declared), MOST_CLAIMS))
