"""The tables. A change here needs a migration (`migrations/`); a test compares the two."""

from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from realeyez.db.records import MAX_COMMENT, Label
from realeyez.pipeline.types import Basis, Priority, VerdictName


class UtcDateTime(TypeDecorator[datetime]):
    """Times with their zone, in UTC; SQLite keeps none, so there it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(column: str, literal: Any) -> CheckConstraint:
    """Only the names that the type allows: a new one there needs a migration too."""
    names = ", ".join(f"'{name}'" for name in get_args(literal))
    return CheckConstraint(f"{column} IN ({names})", name=column)


class Base(DeclarativeBase):
    # Constraints need names: later migrations must be able to say which one they mean.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class KeyRow(Base):
    """Keys are revoked, never deleted, so that feedback keeps saying whose it is.

    `name` is for people and may repeat: while a key is being replaced, old and new go by one name.
    """

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CheckRow(Base):
    """A hash and a verdict. No picture, no address of one, no metadata of a file, no caller."""

    __tablename__ = "checks"
    __table_args__ = (
        _one_of("verdict", VerdictName),
        _one_of("basis", Basis),
        _one_of("priority", Priority),
        CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    probability: Mapped[float] = mapped_column(Double)
    basis: Mapped[str] = mapped_column(String(32))
    model_name: Mapped[str] = mapped_column(Text)
    model_version: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(String(16))


KEYLESS = text("key_id IS NULL")


class FeedbackRow(Base):
    """What callers said; one row a check and caller."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("check_id", "key_id"),
        # NULLs differ from each other, so those who need no key need a rule of their own.
        Index(
            "uq_feedback_check_id_keyless",
            "check_id",
            unique=True,
            sqlite_where=KEYLESS,
            postgresql_where=KEYLESS,
        ),
        _one_of("label", Label),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey(CheckRow.id))
    key_id: Mapped[str | None] = mapped_column(ForeignKey(KeyRow.id))
    label: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str | None] = mapped_column(String(MAX_COMMENT))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
