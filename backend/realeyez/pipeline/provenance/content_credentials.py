"""C2PA manifests, by the official library: who signed what of the picture, and does it hold?"""

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime

from c2pa import C2paError, Context, Reader

from realeyez.pipeline.provenance.jumbf import why_unreadable
from realeyez.pipeline.provenance.manifest_store import (
    Json,
    Link,
    ManifestStore,
    actions,
    assertions,
)
from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.plain import plain
from realeyez.pipeline.provenance.source_types import said_by
from realeyez.pipeline.provenance.trust import TrustList
from realeyez.pipeline.types import Claim, Says

_ORIGINS = ("c2pa.created", "c2pa.opened")
# `cawg.metadata` is what a person says, not the signer.
_IPTC = ("stds.iptc", "c2pa.metadata")
_VERSION = re.compile(r"\d[\w.-]{0,19}")  # some write a build's number there

_CHANGED = "the picture was changed after it was signed"
# Why a record does not hold, what people should hear first in front.
_REASONS = {
    "assertion.dataHash.mismatch": _CHANGED,
    "assertion.bmffHash.mismatch": _CHANGED,
    "assertion.hashedURI.mismatch": "the record was changed after it was signed",
    "claimSignature.mismatch": "its signature is wrong",
    "signingCredential.ocsp.revoked": "its signer's certificate was revoked",
    "signingCredential.expired": "its signer's certificate has run out, and nothing shows that it "
    "was signed before",
    "claimSignature.outsideValidity": "its signer's certificate was not valid when it was signed",
}

_SAID: dict[Says, str] = {
    "ai": "says that AI made this picture",
    "ai_edited": "says that AI made or changed a part of this picture",
    "camera": "says that a camera took this picture",
    "nothing": "says nothing of AI or of a camera",
}
_PHOTOGRAPH = " That is strong evidence that it began as a photograph; it overrules no verdict."


class ContentCredentials:
    """A reader of manifests under one trust list; from several threads, if need be."""

    def __init__(self, trust: TrustList) -> None:
        anchors = [
            {"trust_anchors": pem, "trust_kind": kind}
            for kind, pem in (("manifest", trust.signers), ("tsa", trust.time_stamps))
            if pem
        ]
        self._context = Context.from_dict(
            {
                "version": 1,
                "trust": {"anchors": anchors},
                # No network: no remote manifest, no revocation list, no identity document.
                "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
                "core": {
                    "allowed_network_hosts": [],
                    "decode_identity_assertions": False,
                    "max_decompressed_manifest_size_in_mb": 1,
                },
            }
        )

    def claims(self, data: bytes, metadata: Metadata) -> Iterator[Claim]:
        """A claim of the newest manifest, and of each behind it that says something."""
        manifests = metadata.manifests
        if not manifests:
            return
        if why := why_unreadable(manifests):
            yield _unreadable(why)
            return
        try:
            # It looks for no manifest itself: what it is given is what was counted.
            picture = io.BytesIO(data)
            with Reader(metadata.mime, picture, manifests, context=self._context) as reader:
                store = ManifestStore(json.loads(reader.json()))
        except C2paError.ManifestNotFound:
            return
        except (C2paError, ValueError, RecursionError):
            yield _unreadable("is damaged")
            return
        links = list(store.links())
        if not links:
            yield _unreadable("is damaged")
        for link in links:
            claim = _claim(link)
            if link.newest or claim.says != "nothing":
                yield claim


def _unreadable(why: str) -> Claim:
    return Claim(
        kind="c2pa",
        certainty="invalid",
        says="nothing",
        summary=f"The file's signed record of its origin {why}: it counts for nothing.",
    )


def _claim(link: Link) -> Claim:
    says, agent = _says(link.manifest)
    if not link.whole:
        says = "ai_edited" if says in ("ai", "ai_edited") else "nothing"
    signature = link.manifest.get("signature_info") or {}
    signer = plain(signature.get("issuer")) or plain(signature.get("common_name"))
    generator = agent or _generator(link.manifest)
    what = _SAID[says] + (f", with {generator}" if generator and says != "nothing" else "")
    return Claim(
        kind="c2pa",
        certainty=link.certainty,
        says=says,
        summary=_summary(link, says, signer or "somebody", what),
        generator=generator,
        signer=signer,
        time=_time(signature.get("time")),
    )


def _summary(link: Link, says: Says, signer: str, what: str) -> str:
    if link.certainty == "signed":
        known = f"{signer} {what}. The signature holds, and the signer is on the trust list."
        return known + (_PHOTOGRAPH if says == "camera" else "")
    record = f"A signed record in the name of {signer} {what}"
    if link.certainty == "unknown_signer":
        return (
            f"{record}. The signature holds, but the signer is not on the trust list: "
            "anybody can sign in that name."
        )
    why = next((why for code, why in _REASONS.items() if code in link.failures), "it is malformed")
    return f"{record}, but {why}: it counts for nothing."


def _says(manifest: Json) -> tuple[Says, str | None]:
    """The strongest that the manifest says of its picture, and whom it names as having done it."""
    said: dict[Says, str | None] = {}
    for action in actions(manifest):
        says = said_by(action.get("digitalSourceType"))
        if action.get("action") not in _ORIGINS:  # a change
            says = "ai_edited" if says in ("ai", "ai_edited") else "nothing"
        agent = action.get("softwareAgent")
        said.setdefault(says, plain(agent.get("name") if isinstance(agent, dict) else agent))
    for label, data in assertions(manifest):
        if label.startswith(_IPTC):
            said.setdefault(said_by(data.get("Iptc4xmpExt:DigitalSourceType")), None)
    for says in ("ai", "ai_edited", "camera"):
        if says in said:
            return says, said[says]
    return "nothing", None


def _generator(manifest: Json) -> str | None:
    """The program that wrote the manifest."""
    infos = manifest.get("claim_generator_info")
    info = infos[0] if isinstance(infos, list) and infos and isinstance(infos[0], dict) else {}
    if name := plain(info.get("name")):
        version = str(info.get("version"))
        return plain(f"{name} {version}") if _VERSION.fullmatch(version) else name
    product = str(manifest.get("claim_generator") or "").partition(" ")[0]
    return plain(product.replace("/", " ").replace("_", " "))


def _time(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None
