"""What IPTC's photo metadata declares: the digital source type, the AI system, Google's credits."""

from collections.abc import Iterator

from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.plain import MAX_PROMPT, plain
from realeyez.pipeline.provenance.source_types import said_by
from realeyez.pipeline.types import Claim, Says

_EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_CREDIT = "{http://ns.adobe.com/photoshop/1.0/}Credit"

_CREDITS: dict[str, Says] = {"Made with Google AI": "ai", "Edited with Google AI": "ai_edited"}
_SUMMARIES: dict[Says, str] = {
    "ai": "The file declares that AI made it{by}.",
    "ai_edited": "The file declares that AI made or changed a part of it{by}.",
    "camera": "The file declares that a camera took it. Anybody can write that; it shows nothing.",
}


def claims(metadata: Metadata) -> Iterator[Claim]:
    """One claim of all these, AI before a camera."""
    xmp = metadata.xmp
    system = plain(xmp.get(f"{_EXTENSION}AISystemUsed"))
    credit = next((one for one in (xmp.get(_CREDIT), metadata.credit) if one in _CREDITS), None)
    said: list[Says] = [said_by(xmp.get(f"{_EXTENSION}DigitalSourceType"))]
    if credit:
        said.append(_CREDITS[credit])
    if system and not {"ai", "ai_edited"} & set(said):
        said.append("ai")
    says = next((one for one in ("ai", "ai_edited", "camera") if one in said), None)
    if says is None:
        return
    generator = None if says == "camera" else system or ("Google AI" if credit else None)
    yield Claim(
        kind="iptc",
        certainty="shown" if says == "camera" else "declared",
        says=says,
        summary=_SUMMARIES[says].format(by=f", with {generator}" if generator else ""),
        generator=generator,
        model=plain(xmp.get(f"{_EXTENSION}AISystemVersionUsed")),
        prompt=plain(xmp.get(f"{_EXTENSION}AIPromptInformation"), MAX_PROMPT),
    )
