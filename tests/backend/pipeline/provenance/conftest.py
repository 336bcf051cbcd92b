from collections.abc import Callable

import pytest
from tests.backend.pipeline.provenance.signing import Authority

from realeyez.pipeline.provenance import Provenance, TrustList
from realeyez.pipeline.types import Claim

Reads = Callable[[bytes], tuple[Claim, ...]]


@pytest.fixture(scope="session")
def known() -> Authority:
    """The one authority on the trust list."""
    return Authority.named("Known Authority")


@pytest.fixture(scope="session")
def unknown() -> Authority:
    return Authority.named("Unknown Authority")


@pytest.fixture(scope="session")
def provenance(known: Authority) -> Provenance:
    return Provenance(TrustList(signers=known.pem))


@pytest.fixture
def claims(provenance: Provenance) -> Reads:
    return provenance.claims
