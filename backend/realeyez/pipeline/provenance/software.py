"""Names that only AI services write into software fields: the whole field, never a part of it."""

import re
from collections.abc import Iterator

from realeyez.pipeline.provenance.exif import MAKER_NOTE, SOFTWARE, USER_COMMENT
from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.types import Claim

_SERVICES = {
    "DALL·E": ("dall-e", "dall·e", "openai dall-e", "openai labs"),
    "Adobe Firefly": ("adobe firefly",),
    "Bing Image Creator": (
        "bing image creator",
        "microsoft bing image creator",
        "image creator from microsoft designer",
    ),
    "Midjourney": ("midjourney",),
    "Stable Diffusion": ("stable diffusion",),
}
_NAMES = {name: service for service, names in _SERVICES.items() for name in names}
_VERSION = re.compile(r"(?: |/)?(?:v\.? ?)?\d[\d.]{0,15}$")
# A comment is a caption, and there are fireflies: nothing but this sentence of OpenAI's.
_OPENAI_COMMENT = "Made with OpenAI Labs"
_OPENAI_NOTE = re.compile(r"OpenAI--ImageGeneration--generation-\w{1,64}")
_CREATOR_TOOL = "{http://ns.adobe.com/xap/1.0/}CreatorTool"


def claims(metadata: Metadata) -> Iterator[Claim]:
    """EXIF Software and UserComment, XMP CreatorTool, PNG Software, OpenAI's maker note."""
    exif = metadata.exif
    fields = (exif.get(SOFTWARE), metadata.xmp.get(_CREATOR_TOOL), metadata.text.get("Software"))
    service = next((found for field in fields if (found := _service(field))), None)
    note = str(exif.get(MAKER_NOTE, ""))[:100]
    if exif.get(USER_COMMENT) == _OPENAI_COMMENT or _OPENAI_NOTE.fullmatch(note):
        service = service or "DALL·E"
    if service:
        yield Claim(
            kind="software",
            certainty="declared",
            says="ai",
            summary=f"The file names {service}, an AI image service, as the software that made it.",
            generator=service,
        )


def _service(field: object) -> str | None:
    if not isinstance(field, str) or len(field) > 80:
        return None
    return _NAMES.get(_VERSION.sub("", field.strip().casefold()))
