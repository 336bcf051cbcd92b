"""Statements about API keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from realeyez.db.records import Key
from realeyez.db.tables import KeyRow

_KEY = (KeyRow.id, KeyRow.name, KeyRow.created_at, KeyRow.revoked_at, KeyRow.last_used_at)


async def add(connection: AsyncConnection, key: Key, sha256: str) -> None:
    await connection.execute(insert(KeyRow).values(**dict(key), sha256=sha256))


async def find(connection: AsyncConnection, key_id: str) -> tuple[Key, str] | None:
    """The key and the digest of its token."""
    found = await connection.execute(select(*_KEY, KeyRow.sha256).where(KeyRow.id == key_id))
    row = found.mappings().one_or_none()
    if row is None:
        return None
    fields = dict(row)
    sha256 = fields.pop("sha256")
    return Key(**fields), sha256


async def every(connection: AsyncConnection) -> Sequence[Key]:
    """All keys, oldest first."""
    found = await connection.execute(select(*_KEY).order_by(KeyRow.created_at, KeyRow.id))
    return [Key(**row) for row in found.mappings()]


async def revoke(connection: AsyncConnection, key_id: str, now: datetime) -> bool:
    """Whether there is such a key. One that was revoked before keeps that time."""
    done = await connection.execute(
        update(KeyRow)
        .where(KeyRow.id == key_id)
        .values(revoked_at=func.coalesce(KeyRow.revoked_at, now))
    )
    return done.rowcount == 1


async def note_uses(connection: AsyncConnection, uses: Mapping[str, datetime]) -> None:
    for key_id, at in sorted(uses.items()):  # in one order, so that two services cannot deadlock
        await connection.execute(update(KeyRow).where(KeyRow.id == key_id).values(last_used_at=at))


async def count(connection: AsyncConnection) -> int:
    """Keys that are not revoked."""
    counting = select(func.count()).select_from(KeyRow).where(KeyRow.revoked_at.is_(None))
    return await connection.scalar(counting) or 0
