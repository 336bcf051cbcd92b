"""Bytes → what the file claims of its own origin, before any pixel is decoded."""

from realeyez.pipeline.types import Claim


def read_claims(data: bytes) -> tuple[Claim, ...]:
    """The claims in the file's metadata: none are read yet, and no claim says nothing."""
    return ()
