"""The values that go in and come out. All are immutable."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from realeyez.pipeline.types import Basis, ModelInfo, Priority, Verdict, VerdictName

Label = Literal["real", "ai", "ai_edited"]

MAX_COMMENT = 1000


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageDigest(_Frozen):
    """All that is kept of a picture."""

    sha256: str


class Check(_Frozen):
    """A check that was made: its verdict's lasting part, under the same names."""

    id: str
    checked_at: AwareDatetime
    verdict: VerdictName
    probability: float
    basis: Basis
    image: ImageDigest
    model: ModelInfo
    priority: Priority

    @classmethod
    def of(cls, verdict: Verdict, priority: Priority) -> Self:
        """What is kept of a verdict, now."""
        return cls(
            id=verdict.id,
            checked_at=datetime.now(UTC),
            verdict=verdict.verdict,
            probability=verdict.probability,
            basis=verdict.basis,
            image=ImageDigest(sha256=verdict.image.sha256),
            model=verdict.model,
            priority=priority,
        )


class Feedback(_Frozen):
    """What a person says of a verdict."""

    label: Annotated[Label, Field(description="What the picture is.")]
    comment: Annotated[
        str | None,
        # PostgreSQL cannot hold NUL in text.
        Field(max_length=MAX_COMMENT, pattern=r"^[^\x00]*$", description="How one can tell."),
    ] = None


class GivenFeedback(_Frozen):
    """Feedback as it was stored; `key_id` is None where the caller needed no key."""

    id: str
    check_id: str
    key_id: str | None
    feedback: Feedback
    given_at: AwareDatetime


class Key(_Frozen):
    """An API key, without what opens the door. Its name says whose it is, on one line."""

    id: str
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None
    last_used_at: AwareDatetime | None


class Counts(_Frozen):
    """How much there is. `keys` counts those that are not revoked."""

    checks: int
    feedback: dict[Label, int]
    keys: int
