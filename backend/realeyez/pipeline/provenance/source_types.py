"""IPTC's digital source types (cv.iptc.org/newscodes/digitalsourcetype), and what each says."""

import re

from realeyez.pipeline.types import Says

_SAYS: dict[str, Says] = {
    "trainedAlgorithmicMedia": "ai",
    "compositeWithTrainedAlgorithmicMedia": "ai_edited",
    "compositeSynthetic": "ai_edited",
    "digitalCapture": "camera",
    "computationalCapture": "camera",
    "compositeCapture": "camera",
}
_URI = re.compile(r"(?:https?://cv\.iptc\.org/newscodes/digitalsourcetype/)?([A-Za-z]{1,60})")


def said_by(source_type: object) -> Says:
    """What a digital source type, as URI or code, says; those that are not listed say nothing."""
    code = _URI.fullmatch(source_type) if isinstance(source_type, str) else None
    return _SAYS.get(code[1], "nothing") if code else "nothing"
