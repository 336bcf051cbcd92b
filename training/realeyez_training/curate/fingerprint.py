"""Bytes → what curation knows of a picture, without keeping its pixels."""

import hashlib
from dataclasses import dataclass

import imagehash

from realeyez.pipeline.decode import decode


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A picture's digest, size in pixels (upright) and bytes, and its perceptual hashes.

    dhash, phash: 64 bits each, as 16 hexadecimal digits.
    """

    sha1: str
    sha256: str
    width: int
    height: int
    format: str
    bytes: int
    dhash: str
    phash: str


def fingerprint(data: bytes) -> Fingerprint:
    """Raises a `PictureError` if the product could not read the picture either."""
    image = decode(data)
    picture = image.picture
    return Fingerprint(
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        sha256=image.info.sha256,
        width=image.info.width,
        height=image.info.height,
        format=image.info.format,
        bytes=len(data),
        dhash=str(imagehash.dhash(picture)),
        phash=str(imagehash.phash(picture)),
    )
