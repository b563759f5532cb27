"""Submissions, what happened to them, and extensions of their due moments."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("submission_id", _ID, primary_key=True, autoincrement=True),
        sa.Column("receipt", sa.String(32), nullable=False, unique=True),
        sa.Column("dataset", sa.String(80), nullable=False),
        sa.Column("reporter", sa.String(40), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("sender", sa.String(120), nullable=False),
        sa.Column("nil", sa.Boolean, nullable=False),
        sa.UniqueConstraint("dataset", "reporter", "period", "version"),
    )
    op.create_index("ix_submission_item", "submission", ["dataset", "reporter", "period"])
    op.create_table(
        "event",
        sa.Column("event_id", _ID, primary_key=True, autoincrement=True),
        sa.Column("submission_id", _ID, sa.ForeignKey("submission.submission_id"), nullable=False, index=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "extension",
        sa.Column("extension_id", _ID, primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.String(80), nullable=False),
        sa.Column("reporter", sa.String(40), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("due_at", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("granted_by", sa.String(120), nullable=False),
        sa.Column("granted_at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("extension", "event", "submission"):
        op.drop_table(table)
