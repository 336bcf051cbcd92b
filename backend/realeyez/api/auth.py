"""Who asks: API keys as `Authorization: Bearer rk_…`."""

import hashlib

from cachetools import TTLCache

from realeyez.db.records import Key
from realeyez.db.store import Store

REMEMBERED_SECONDS = 10.0
"""For which a key is not looked up again: a revoked one opens the door that much longer."""
_MOST_REMEMBERED = 10_000


class NoKey(Exception):
    """A key is needed and none was given."""


class NoKeys(Exception):
    """Keys are needed, and there is none that anybody could use."""


class Authenticator:
    """Looks keys up, and remembers good ones, so that not every badge asks the database.

    By digest: how long it takes to find one tells nothing of any key.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: TTLCache[bytes, Key] = TTLCache(_MOST_REMEMBERED, REMEMBERED_SECONDS)

    async def key(self, token: str) -> Key:
        """Whose key it is. Raises `BadKey`, `RevokedKey` or `Unavailable`."""
        digest = hashlib.sha256(token.encode(errors="surrogateescape")).digest()
        if (known := self._known.get(digest)) is not None:
            return known
        key = self._known[digest] = await self._store.authenticate(token)
        return key


def bearer_token(authorization: str) -> str | None:
    """The key in an `Authorization` header; None if it is of another scheme, a proxy's say."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def require_a_key(store: Store) -> None:
    """Raises `NoKeys`: a service that would turn everybody away, or worse, is not started."""
    if not (await store.counts()).keys:
        raise NoKeys(
            "This service asks for API keys, and there is none yet. "
            "Make one first: realeyez keys create NAME"
        )
