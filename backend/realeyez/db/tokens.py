"""API keys as text: `rk_<id>_<secret>`.

The id finds the key, so that nothing secret is looked up; digests are compared in constant time.
A plain SHA-256 guards the secret: its 256 bits are random, so that there is nothing to guess, and
nothing that a slow hash would slow down.
"""

import hashlib
import hmac
import re
import secrets

_SHAPE = re.compile(r"rk_(?P<id>[0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)


def new_token() -> tuple[str, str]:
    """An id and the token with it; a double click takes it whole, and any header holds it."""
    key_id = secrets.token_hex(6)
    return key_id, f"rk_{key_id}_{secrets.token_hex(32)}"


def token_id(token: str) -> str | None:
    """The id in it, or None if this is no key at all."""
    match = _SHAPE.fullmatch(token)
    return match["id"] if match else None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def matches(token: str, sha256: str) -> bool:
    return hmac.compare_digest(digest(token), sha256)
