"""Texts from strangers' files, made fit to be shown, and JSON from them, made fit to be read."""

import json
import unicodedata
from typing import Any

MAX_NAME = 120
MAX_PROMPT = 4000
MAX_JSON = 2 * 2**20
MAX_BRACKETS = 50_000  # objects and lists in it; the largest node graphs have some thousands


def plain(text: object, limit: int = MAX_NAME) -> str | None:
    """One line of visible characters, or None: no control or direction marks, no padding."""
    if not isinstance(text, str):
        return None
    shown = "".join(
        " " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: 2 * limit]
    )
    shown = " ".join(shown.split())
    return (shown if len(shown) <= limit else shown[: limit - 1] + "…") or None


def json_object(text: object) -> dict[str, Any]:
    """The JSON object that the text is; empty if it is none, or too large."""
    if not isinstance(text, str) or len(text) > MAX_JSON or text.lstrip()[:1] != "{":
        return {}
    if text.count("{") + text.count("[") > MAX_BRACKETS:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
