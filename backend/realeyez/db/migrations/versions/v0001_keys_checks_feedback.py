"""Keys, checks and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
    )
    op.create_table(
        "checks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("basis", sa.String(32), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
        sa.CheckConstraint(
            "verdict IN ('ai', 'ai_edited', 'real', 'unsure')", name=op.f("ck_checks_verdict")
        ),
        sa.CheckConstraint(
            "basis IN ('signed_provenance', 'declared_metadata', 'classifier')",
            name=op.f("ck_checks_basis"),
        ),
        sa.CheckConstraint("priority IN ('interactive', 'feed')", name=op.f("ck_checks_priority")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_checks_probability")),
    )
    op.create_index("ix_checks_checked_at", "checks", ["checked_at"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("check_id", sa.String(32), nullable=False),
        sa.Column("key_id", sa.String(12), nullable=True),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("comment", sa.String(1000), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_feedback_check_id"),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"], name="fk_feedback_key_id"),
        sa.UniqueConstraint("check_id", "key_id", name="uq_feedback_check_id_key_id"),
        sa.CheckConstraint("label IN ('real', 'ai', 'ai_edited')", name=op.f("ck_feedback_label")),
    )
    op.create_index(
        "uq_feedback_check_id_keyless",
        "feedback",
        ["check_id"],
        unique=True,
        sqlite_where=sa.text("key_id IS NULL"),
        postgresql_where=sa.text("key_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("checks")
    op.drop_table("keys")
