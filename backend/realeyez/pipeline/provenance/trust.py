"""The trust list: whose signatures decide.

A folder as the C2PA publishes it, or one PEM file of the authorities that certify signers. What is
bundled lies in `trust_list/`, whose README.md says how it is renewed.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

SIGNERS, TIME_STAMPS = "C2PA-TRUST-LIST.pem", "C2PA-TSA-TRUST-LIST.pem"
SOURCE = "source.json"
BUNDLED = Path(__file__).with_name("trust_list")

_MAX_BYTES = 4 * 2**20


class TrustListError(Exception):
    """A trust list that cannot be used. `str(error)` is for people."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """Authorities whose certificates are trusted, as PEM; "" where there are none.

    signers, time_stamps: those of who signs manifests, and of who says when.
    source, dated: where the list comes from, and of which day it is, if somebody said.
    """

    signers: str = ""
    time_stamps: str = ""
    source: str = ""
    dated: date | None = None

    @property
    def sha256(self) -> str:
        """Digest of all that is trusted."""
        return hashlib.sha256((self.signers + self.time_stamps).encode()).hexdigest()


def load_trust_list(place: Path | None = None) -> TrustList:
    """The list at a folder or PEM file, or the bundled one. Raises `TrustListError`."""
    if place is None:
        return _folder(BUNDLED) if (BUNDLED / SIGNERS).exists() else TrustList()
    try:
        if place.is_dir():
            return _folder(place)
        return TrustList(signers=_certificates(place), source=str(place))
    except OSError as error:
        raise TrustListError(
            f"The trust list {error.filename or place} cannot be read: {error.strerror}. "
            f"Name a PEM file, or a folder with {SIGNERS} and, for times, {TIME_STAMPS}."
        ) from error


def certificates(pem: str) -> list[x509.Certificate]:
    """The certificates of a part of the list."""
    return x509.load_pem_x509_certificates(pem.encode()) if pem else []


def _folder(folder: Path) -> TrustList:
    stamps = folder / TIME_STAMPS
    said = _source(folder / SOURCE)
    try:
        dated = date.fromisoformat(said["date"]) if "date" in said else None
    except (TypeError, ValueError) as error:
        raise TrustListError(f"{folder / SOURCE}: date is no YYYY-MM-DD.") from error
    return TrustList(
        signers=_certificates(folder / SIGNERS),
        time_stamps=_certificates(stamps) if stamps.exists() else "",
        source=str(said.get("source", folder)),
        dated=dated,
    )


def _source(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        said = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise TrustListError(f"{file} is not JSON: {error}") from error
    if not isinstance(said, dict):
        raise TrustListError(f'{file} must be an object: {{"source": …, "date": …}}')
    return said


def _certificates(file: Path) -> str:
    """The file's PEM, without the comments between the certificates."""
    with file.open("rb") as opened:
        data = opened.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise TrustListError(f"{file} has over {_MAX_BYTES:,} bytes; no trust list is that long.")
    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise TrustListError(f"{file} holds no PEM certificates, or a damaged one.") from error
    return "".join(_pem(certificate) for certificate in found)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
