"""Statements about feedback."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from realeyez.db import checks
from realeyez.db.dialect import insert
from realeyez.db.records import Check, Feedback, GivenFeedback, Label
from realeyez.db.tables import KEYLESS, CheckRow, FeedbackRow


async def put(
    connection: AsyncConnection,
    check_id: str,
    feedback: Feedback,
    key_id: str | None,
    now: datetime,
) -> GivenFeedback:
    """A caller's feedback on a check, in place of what the same caller said before."""
    said = {"label": feedback.label, "comment": feedback.comment, "given_at": now}
    statement = insert(connection, FeedbackRow).values(
        id=uuid4().hex, check_id=check_id, key_id=key_id, **said
    )
    if key_id is None:
        again = statement.on_conflict_do_update(
            index_elements=[FeedbackRow.check_id], index_where=KEYLESS, set_=said
        )
    else:
        again = statement.on_conflict_do_update(
            index_elements=[FeedbackRow.check_id, FeedbackRow.key_id], set_=said
        )
    stored = await connection.scalar(again.returning(FeedbackRow.id))
    return GivenFeedback(
        id=cast("str", stored), check_id=check_id, key_id=key_id, feedback=feedback, given_at=now
    )


async def every(connection: AsyncConnection) -> Sequence[tuple[GivenFeedback, Check]]:
    """All feedback with its check; what was said of one picture lies together."""
    found = await connection.execute(
        select(
            *CheckRow.__table__.c,
            FeedbackRow.id.label("feedback_id"),
            FeedbackRow.key_id,
            FeedbackRow.label,
            FeedbackRow.comment,
            FeedbackRow.given_at,
        )
        .join(FeedbackRow, FeedbackRow.check_id == CheckRow.id)
        .order_by(CheckRow.sha256, FeedbackRow.given_at, FeedbackRow.id)
    )
    return [
        (
            GivenFeedback(
                id=row["feedback_id"],
                check_id=row["id"],
                key_id=row["key_id"],
                feedback=Feedback(label=row["label"], comment=row["comment"]),
                given_at=row["given_at"],
            ),
            checks.from_row(row),
        )
        for row in found.mappings()
    ]


async def count(connection: AsyncConnection) -> dict[Label, int]:
    found = await connection.execute(
        select(FeedbackRow.label, func.count()).group_by(FeedbackRow.label)
    )
    counts: dict[Label, int] = {"real": 0, "ai": 0, "ai_edited": 0}
    return counts | {cast("Label", label): count for label, count in found}
