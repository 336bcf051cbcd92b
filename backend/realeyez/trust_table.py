"""The trust list in use, for the terminal."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from rich.console import Console
from rich.table import Table
from rich.text import Text

from realeyez.pipeline.provenance.trust import TrustList, certificates

_EMPTY = (
    "No trust list: every signer counts as unknown, and no signature decides. Get the C2PA's from "
    "https://github.com/c2pa-org/conformance-public (trust-list), and name the folder in "
    "REALEYEZ_TRUST_LIST."
)


def print_trust(trust: TrustList) -> None:
    """Where the list comes from, its date and digest, and whom it names until when."""
    console = Console()
    if not trust.signers:
        console.print(Text(_EMPTY))
        return
    console.print(Text(f"Source   {trust.source}"), soft_wrap=True)
    console.print(Text(f"Date     {trust.dated or 'not said'}"))
    console.print(Text(f"SHA-256  {trust.sha256}"), soft_wrap=True)
    console.print(_table("Who may certify signers", trust.signers))
    if trust.time_stamps:
        console.print(_table("Who may certify times", trust.time_stamps))


def _table(title: str, pem: str) -> Table:
    table = Table("Name", "Organisation", "Until", title=title, title_justify="left")
    now = datetime.now(UTC)
    for certificate in certificates(pem):
        until = certificate.not_valid_after_utc
        ended = " (over)" if until < now else ""
        table.add_row(
            Text(_named(certificate, NameOID.COMMON_NAME)),
            Text(_named(certificate, NameOID.ORGANIZATION_NAME)),
            Text(f"{until:%Y-%m-%d}{ended}"),
        )
    return table


def _named(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    return ", ".join(str(name.value) for name in certificate.subject.get_attributes_for_oid(kind))
