"""C2PA manifests, by the official library: who signed what of the picture, and does it hold?"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from c2pa import C2paError, Context, Reader

from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.plain import MAX_NAME, plain
from realeyez.pipeline.provenance.source_types import said_by
from realeyez.pipeline.provenance.trust import TrustList
from realeyez.pipeline.types import Certainty, Claim, Says

MAX_MANIFESTS_BYTES = 10 * 2**20
MAX_MANIFESTS = 8

_ORIGIN = ("c2pa.created", "c2pa.opened")
_IPTC = ("stds.iptc", "c2pa.metadata", "cawg.metadata")

# Why a record does not hold, in the order of what people should hear first.
_REASONS = {
    "assertion.dataHash.mismatch": "the picture was changed after it was signed",
    "assertion.bmffHash.mismatch": "the picture was changed after it was signed",
    "assertion.hashedURI.mismatch": "the record was changed after it was signed",
    "claimSignature.mismatch": "its signature is wrong",
    "signingCredential.ocsp.revoked": "its signer's certificate was revoked",
    "signingCredential.expired": "its signer's certificate has run out, and nothing shows that it "
    "was signed before",
    "claimSignature.outsideValidity": "it was signed when its signer's certificate was not valid",
}

_SAID: dict[Says, str] = {
    "ai": "says that AI made this picture",
    "ai_edited": "says that AI made or changed a part of this picture",
    "camera": "says that a camera took this picture",
    "nothing": "says nothing of AI or of a camera",
}

_VERSION = re.compile(r"\d[\w.-]{0,19}")  # some are no version, but a build's number

Json = dict[str, Any]


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
                    "max_decompressed_manifest_size_in_mb": MAX_MANIFESTS_BYTES // 2**20,
                },
            }
        )

    def claims(self, data: bytes, metadata: Metadata) -> Iterator[Claim]:
        """One claim for the newest manifest, and one for each behind it that says more."""
        if not metadata.manifest_bytes:
            return
        if metadata.manifest_bytes > MAX_MANIFESTS_BYTES:
            yield _unreadable("it is too large")
            return
        try:
            with Reader(metadata.mime, io.BytesIO(data), context=self._context) as reader:
                store = json.loads(reader.json())
        except C2paError.ManifestNotFound:
            return
        except (C2paError, ValueError, RecursionError):
            yield _unreadable("it is damaged")
            return
        yield from _Store(store).claims()


def _unreadable(why: str) -> Claim:
    return Claim(
        kind="c2pa",
        certainty="invalid",
        says="nothing",
        summary=f"The file carries a signed record of its origin that cannot be read: {why}. "
        "It counts for nothing.",
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A manifest, and how it stands to the picture: is it of the whole, and how far is it sure?"""

    label: str
    whole: bool
    certainty: Certainty


class _Store:
    """The library's report on all manifests of a file."""

    def __init__(self, store: Json) -> None:
        self._manifests: Json = store.get("manifests") or {}
        self._active: str = store.get("active_manifest") or ""
        self._valid = store.get("validation_state") in ("Valid", "Trusted")
        results = store.get("validation_results") or {}
        parts = [results.get("activeManifest") or {}] + [
            delta.get("validationDeltas") or {} for delta in results.get("ingredientDeltas") or ()
        ]
        self._succeeded = _statuses(parts, "success")
        self._failed = _statuses(parts, "failure")

    def claims(self) -> Iterator[Claim]:
        """Breadth first from the active manifest; each is as sure as the weakest on the way."""
        waiting = [_Link(self._active, True, self._certainty(self._active))]
        seen: set[str] = set()
        while waiting and len(seen) < MAX_MANIFESTS:
            link = waiting.pop(0)
            manifest = self._manifests.get(link.label)
            if link.label in seen or not isinstance(manifest, dict):
                continue
            seen.add(link.label)
            claim = self._claim(manifest, link)
            if link.label == self._active or claim.says != "nothing":
                yield claim
            waiting += self._behind(manifest, link)

    def _certainty(self, label: str) -> Certainty:
        if not self._valid:
            return "invalid"
        return (
            "signed"
            if ("signingCredential.trusted", label) in self._succeeded
            else "unknown_signer"
        )

    def _behind(self, manifest: Json, link: _Link) -> Iterator[_Link]:
        """The manifests of what this picture was made from."""
        ingredients = [one for one in manifest.get("ingredients") or () if isinstance(one, dict)]
        placed = any(action.get("action") == "c2pa.placed" for action in _actions(manifest))
        for one in ingredients:
            relation = one.get("relationship")
            if relation == "inputTo":  # looked at, not used: nothing of it need be in the picture
                continue
            label = one.get("active_manifest")
            # Older writers call the picture that was opened a component too.
            whole = relation == "parentOf" or (len(ingredients) == 1 and not placed)
            certainty = self._certainty(str(label))
            if link.certainty != "signed":
                certainty = link.certainty
            yield _Link(str(label), link.whole and whole, certainty)

    def _claim(self, manifest: Json, link: _Link) -> Claim:
        says, generator = _says(manifest)
        if not link.whole:
            says = "ai_edited" if says in ("ai", "ai_edited") else "nothing"
        signature = manifest.get("signature_info") or {}
        signer = plain(signature.get("issuer")) or plain(signature.get("common_name"))
        generator = generator or _generator(manifest)
        return Claim(
            kind="c2pa",
            certainty=link.certainty,
            says=says,
            summary=self._summary(link.certainty, says, signer or "Somebody", generator),
            generator=generator,
            signer=signer,
            time=_time(signature.get("time")),
        )

    def _summary(self, certainty: Certainty, says: Says, signer: str, generator: str | None) -> str:
        what = _SAID[says] + (f", with {generator}" if generator and says != "nothing" else "")
        record = f"A signed record in the name of {signer} {what}"
        if certainty == "signed":
            return f"{signer} {what}. The signature holds, and the signer is on the trust list."
        if certainty == "unknown_signer":
            return (
                f"{record}. The signature holds, but the signer is not on the trust list: "
                "anybody can sign in that name."
            )
        codes = {code for code, _ in self._failed}
        why = next((why for code, why in _REASONS.items() if code in codes), "it is malformed")
        return f"{record}, but {why}: it counts for nothing."


def _statuses(parts: list[Json], outcome: str) -> set[tuple[str, str]]:
    """Codes with the label of the manifest that each is about."""
    return {
        (status.get("code", ""), _label(status.get("url")))
        for part in parts
        for status in part.get(outcome) or ()
    }


def _label(url: object) -> str:
    """`self#jumbf=/c2pa/<label>/c2pa.signature` → label."""
    return str(url).partition("/c2pa/")[2].partition("/")[0]


def _actions(manifest: Json) -> Iterator[Json]:
    for label, data in _assertions(manifest):
        if label.startswith("c2pa.actions"):
            yield from (action for action in data.get("actions") or () if isinstance(action, dict))


def _assertions(manifest: Json) -> Iterator[tuple[str, Json]]:
    for assertion in manifest.get("assertions") or ():
        data = assertion.get("data") if isinstance(assertion, dict) else None
        if isinstance(data, dict):
            yield str(assertion.get("label")), data


def _says(manifest: Json) -> tuple[Says, str | None]:
    """What the manifest says of its picture, and the AI that it names."""
    said: dict[Says, str | None] = {}
    for action in _actions(manifest):
        says = said_by(action.get("digitalSourceType"))
        if says == "ai" and action.get("action") not in _ORIGIN:
            says = "ai_edited"
        if says == "camera" and action.get("action") not in _ORIGIN:
            continue
        agent = action.get("softwareAgent")
        said.setdefault(says, plain(agent.get("name") if isinstance(agent, dict) else agent))
    for label, data in _assertions(manifest):
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
    first = str(manifest.get("claim_generator") or "").split(" ")[0][:MAX_NAME]
    return plain(first.replace("/", " ").replace("_", " "))


def _time(said: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None
