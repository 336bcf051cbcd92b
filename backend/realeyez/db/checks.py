"""Statements about checks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from realeyez.db.dialect import insert
from realeyez.db.records import Check, ImageDigest
from realeyez.db.tables import CheckRow, FeedbackRow
from realeyez.pipeline.types import ModelInfo


async def add(connection: AsyncConnection, checks: Sequence[Check]) -> None:
    """Those that are there already stay: what was written before a connection broke is no error."""
    statement = insert(connection, CheckRow).on_conflict_do_nothing(index_elements=[CheckRow.id])
    await connection.execute(statement, [_to_row(check) for check in checks])


async def find(connection: AsyncConnection, check_id: str) -> Check | None:
    found = await connection.execute(select(*CheckRow.__table__.c).where(CheckRow.id == check_id))
    row = found.mappings().one_or_none()
    return None if row is None else from_row(row)


async def hold(connection: AsyncConnection, check_id: str) -> bool:
    """Whether it is there; if so, nobody deletes it before this transaction ends."""
    statement = select(CheckRow.id).where(CheckRow.id == check_id)
    return await connection.scalar(statement.with_for_update(read=True, key_share=True)) is not None


async def delete_old(connection: AsyncConnection, before: datetime, most: int) -> int:
    """Delete up to `most` old checks that nobody gave feedback on; how many they were."""
    without_feedback = ~exists().where(FeedbackRow.check_id == CheckRow.id)
    # PostgreSQL: those that feedback is being given on right now are passed over, and the second
    # look is for feedback that came between the first one and the lock.
    old = await connection.scalars(
        select(CheckRow.id)
        .where(CheckRow.checked_at < before, without_feedback)
        .order_by(CheckRow.checked_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    done = await connection.execute(
        delete(CheckRow).where(CheckRow.id.in_(old.all()), without_feedback)
    )
    return done.rowcount


async def count(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(CheckRow)) or 0


def from_row(row: Any) -> Check:
    return Check(
        id=row["id"],
        checked_at=row["checked_at"],
        verdict=row["verdict"],
        probability=row["probability"],
        basis=row["basis"],
        image=ImageDigest(sha256=row["sha256"]),
        model=ModelInfo(name=row["model_name"], version=row["model_version"]),
        priority=row["priority"],
    )


def _to_row(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "checked_at": check.checked_at,
        "sha256": check.image.sha256,
        "verdict": check.verdict,
        "probability": check.probability,
        "basis": check.basis,
        "model_name": check.model.name,
        "model_version": check.model.version,
        "priority": check.priority,
    }
