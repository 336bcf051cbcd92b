"""Content credentials made by the tests: an authority of their own, and pictures that it signed."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from c2pa import Builder, C2paBuilderIntent, C2paSignerInfo, C2paSigningAlg, Context, Signer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from realeyez.pipeline.provenance.containers import read_metadata

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"

_SETTINGS = {
    "version": 1,
    "verify": {"verify_after_sign": False, "remote_manifest_fetch": False},
    "builder": {
        "thumbnail": {"enabled": False},
        "actions": {"auto_created_action": {"enabled": False}},
    },
}

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """A certificate authority; `pem` is what a trust list holds of it."""

    certificate: x509.Certificate
    key: Key

    @classmethod
    def named(cls, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, None, timedelta(days=3650))
        return cls(certificate, key)

    @property
    def pem(self) -> str:
        return _pem(self.certificate)

    def signer(self, name: str, lasts: timedelta = timedelta(days=365)) -> Signer:
        """Somebody whom this authority certifies for that long."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(name, key, self, lasts)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        chain = (_pem(certificate) + self.pem).encode()
        return Signer.from_info(C2paSignerInfo(C2paSigningAlg.ES256, chain, private, None))


def signed(
    data: bytes,
    signer: Signer,
    *actions: dict[str, Any],
    mime: str = "image/jpeg",
    parent: bytes | None = None,
    relationship: str = "parentOf",
    knows: str = "",
    remote: str | None = None,
    assertions: list[dict[str, Any]] | None = None,
    settings: dict[str, Any] | None = None,
) -> bytes:
    """The picture with a manifest of these actions, and with what it was made from.

    knows: the authorities that the signer's own program trusts when it looks at the parent.
    remote: leave the manifest out, and name its address only.
    """
    manifest = {
        "claim_generator_info": [{"name": "Test Camera", "version": "1.0"}],
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": list(actions)}},
            *(assertions or []),
        ],
    }
    anchors = [{"trust_anchors": knows, "trust_kind": "manifest"}] if knows else []
    used = (settings or {}) | _SETTINGS | {"trust": {"anchors": anchors}}
    with Context.from_dict(used) as context, Builder(manifest, context=context) as builder:
        if parent is not None:
            if relationship == "parentOf":
                builder.set_intent(C2paBuilderIntent.EDIT)  # it writes down that it was opened
            ingredient = json.dumps({"relationship": relationship, "label": "before"})
            builder.add_ingredient(ingredient, mime, io.BytesIO(parent))
        if remote is not None:
            builder.set_no_embed()
            builder.set_remote_url(remote)
        made = io.BytesIO()
        builder.sign(signer, mime, io.BytesIO(data), made)
    return made.getvalue()


def boasting(data: bytes, signer: Signer, action: dict[str, Any]) -> bytes:
    """The same, with a note that its own signer is trusted, and another that hides the truth."""
    label = "urn:c2pa:11111111-2222-4333-8444-555555555555"
    codes = ("signingCredential.trusted", "signingCredential.untrusted")
    success, failure = (
        {"code": code, "url": f"self#jumbf=/c2pa/{label}/c2pa.signature"} for code in codes
    )
    noted = {"success": [success], "informational": [], "failure": [failure]}
    looked_at = signed(data, signer, created("digitalArt"))
    manifest = {
        "label": label,
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
        "ingredients": [
            {
                "relationship": "inputTo",
                "instance_id": "xmp:iid:1",
                "manifest_data": {"format": "application/c2pa", "identifier": "store"},
                "validation_results": {"activeManifest": noted, "ingredientDeltas": []},
            }
        ],
    }
    with Context.from_dict(_SETTINGS) as context, Builder(manifest, context=context) as builder:
        builder.add_resource("store", io.BytesIO(read_metadata(looked_at).manifests))
        made = io.BytesIO()
        builder.sign(signer, "image/jpeg", io.BytesIO(data), made)
    return made.getvalue()


def created(source_type: str, agent: str | None = None) -> dict[str, Any]:
    """The action that made a picture."""
    action: dict[str, Any] = {
        "action": "c2pa.created",
        "digitalSourceType": SOURCE_TYPE + source_type,
    }
    return action | ({"softwareAgent": {"name": agent}} if agent else {})


def edited(source_type: str) -> dict[str, Any]:
    """An action that changed a picture."""
    return {"action": "c2pa.edited", "digitalSourceType": SOURCE_TYPE + source_type}


def placed() -> dict[str, Any]:
    """The action that put another picture into this one."""
    return {"action": "c2pa.placed", "parameters": {"ingredientIds": ["before"]}}


def _certificate(
    name: str, key: Key, issuer: Authority | None, lasts: timedelta
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "AQ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    above = issuer.certificate.subject if issuer else subject
    above_key = issuer.key if issuer else key
    usage = x509.KeyUsage(
        digital_signature=issuer is not None,
        key_cert_sign=issuer is None,
        crl_sign=issuer is None,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + lasts)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()),
            critical=False,
        )
    )
    if issuer:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(mail, critical=False)
    return builder.sign(above_key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
