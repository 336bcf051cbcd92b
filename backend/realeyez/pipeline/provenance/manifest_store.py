"""The C2PA library's report → a file's manifests, from the newest back, and how sure each is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from realeyez.pipeline.types import Certainty

MAX_MANIFESTS = 8

_TRUSTED, _UNTRUSTED = "signingCredential.trusted", "signingCredential.untrusted"

Json = dict[str, Any]
Status = tuple[str, str]  # its code, and the label of the manifest that it is about


@dataclass(frozen=True, slots=True)
class Link:
    """A manifest on the way back.

    failures: codes of what does not hold. whole: it is of the whole picture, not of a part.
    """

    manifest: Json
    certainty: Certainty
    failures: frozenset[str]
    newest: bool = True
    whole: bool = True


class ManifestStore:
    """What the library found in a file's manifests."""

    def __init__(self, report: Json) -> None:
        self._manifests: Json = report.get("manifests") or {}
        self._newest = str(report.get("active_manifest"))
        self._valid = report.get("validation_state") in ("Valid", "Trusted")
        results = report.get("validation_results") or {}
        now = _parts(results)
        failed = _statuses(now, "failure")
        self._failures = frozenset(code for code, _ in failed)
        self._successes = _statuses(now, "success")
        # What a manifest on the way recorded, the library does not tell again; so a stranger who
        # records a thing hides it. Hence any record of distrust counts, whoever wrote it.
        records = chain.from_iterable(map(_records, self._manifests.values()))
        self._distrusted = {label for code, label in failed | set(records) if code == _UNTRUSTED}

    def links(self) -> Iterator[Link]:
        """Breadth first from the newest; each is as sure as the weakest on the way to it."""
        newest = self._manifests.get(self._newest)
        if not isinstance(newest, dict):
            return
        certainty = self._certainty(self._newest) if self._valid else "invalid"
        waiting, seen = [Link(newest, certainty, self._failures)], {self._newest}
        while waiting:
            link = waiting.pop(0)
            yield link
            for one in ingredients(link.manifest):
                label = str(one.get("active_manifest"))
                behind = self._manifests.get(label)
                # What was only looked at need not be in the picture.
                if one.get("relationship") == "inputTo" or not isinstance(behind, dict):
                    continue
                if label in seen or len(seen) >= MAX_MANIFESTS:
                    continue
                seen.add(label)
                failures = link.failures | _recorded_failures(one)
                certainty = "invalid" if failures - {_UNTRUSTED} else link.certainty
                if certainty == "signed":
                    certainty = self._certainty(label, one)
                whole = link.whole and _is_whole(one, link.manifest)
                waiting.append(Link(behind, certainty, failures, newest=False, whole=whole))

    def _certainty(self, label: str, recorded: Json | None = None) -> Certainty:
        """recorded: as the ingredient of a signed manifest; what others record is worth nothing."""
        trusted = (_TRUSTED, label)
        if trusted in self._successes:
            return "signed"
        said = _statuses(_parts((recorded or {}).get("validation_results") or {}), "success")
        known = trusted in said and label not in self._distrusted
        return "signed" if known else "unknown_signer"


def ingredients(manifest: Json) -> list[Json]:
    """What the manifest's picture was made from."""
    return [one for one in manifest.get("ingredients") or () if isinstance(one, dict)]


def assertions(manifest: Json) -> Iterator[tuple[str, Json]]:
    """Labels and data of what the manifest asserts."""
    for assertion in manifest.get("assertions") or ():
        data = assertion.get("data") if isinstance(assertion, dict) else None
        if isinstance(data, dict):
            yield str(assertion.get("label")), data


def actions(manifest: Json) -> Iterator[Json]:
    """What was done to the picture."""
    for label, data in assertions(manifest):
        if label.startswith("c2pa.actions"):
            yield from (action for action in data.get("actions") or () if isinstance(action, dict))


def _is_whole(ingredient: Json, manifest: Json) -> bool:
    """Whether the picture is that ingredient; older writers call what was opened a component."""
    if ingredient.get("relationship") == "parentOf":
        return True
    done = {action.get("action") for action in actions(manifest)}
    return len(ingredients(manifest)) == 1 and not done & {"c2pa.placed", "c2pa.created"}


def _recorded_failures(ingredient: Json) -> frozenset[str]:
    """What did not hold of it when it was used; the library does not tell that again."""
    results = (ingredient.get("validation_results") or {}).get("activeManifest") or {}
    failed = [*(results.get("failure") or ()), *(ingredient.get("validation_status") or ())]
    return frozenset(str(status.get("code")) for status in failed)


def _records(manifest: Json) -> Iterator[Status]:
    """Whatever the manifest recorded of older ones, as failures or not."""
    for one in ingredients(manifest):
        parts = [
            *_parts(one.get("validation_results") or {}),
            {"all": one.get("validation_status")},
        ]
        for outcome in ("success", "informational", "failure", "all"):
            for code, label in _statuses(parts, outcome):
                yield code, label or str(one.get("active_manifest"))


def _parts(results: Json) -> list[Json]:
    """Those of the newest manifest, and what differs of older ones."""
    deltas = [one.get("validationDeltas") for one in results.get("ingredientDeltas") or ()]
    return [part for part in (results.get("activeManifest"), *deltas) if part]


def _statuses(results: list[Json], outcome: str) -> set[Status]:
    return {
        (str(status.get("code")), _label(str(status.get("url"))))
        for result in results
        for status in result.get(outcome) or ()
    }


def _label(url: str) -> str:
    """`self#jumbf=/c2pa/<label>/c2pa.signature` → label."""
    return url.partition("/c2pa/")[2].partition("/")[0]
