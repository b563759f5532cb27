"""The ledger's tables, as SQLAlchemy knows them; data/migrations brings a database to this shape."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["HEAD", "ID", "event", "extension", "metadata", "submission"]

HEAD = "0003"
"""Revision that this code needs; the newest file of data/migrations/versions."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = BigInteger().with_variant(Integer, "sqlite")

submission = Table(
    "submission",
    metadata,
    Column("submission_id", ID, primary_key=True, autoincrement=True),
    Column("receipt", String(32), nullable=False, unique=True),
    Column("dataset", String(80), nullable=False),
    Column("reporter", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", String(40), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("sender", String(120), nullable=False),
    Column("nil", Boolean, nullable=False),
    UniqueConstraint("dataset", "reporter", "period", "version"),
)

# Append-only: what happened to a submission, in order. State is derived from it and stored nowhere else.
event = Table(
    "event",
    metadata,
    Column("event_id", ID, primary_key=True, autoincrement=True),
    Column("submission_id", ID, ForeignKey("submission.submission_id"), nullable=False, index=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("detail", Text, nullable=False),
)

extension = Table(
    "extension",
    metadata,
    Column("extension_id", ID, primary_key=True, autoincrement=True),
    Column("dataset", String(80), nullable=False),
    Column("reporter", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("due_at", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("granted_by", String(120), nullable=False),
    Column("granted_at", String(40), nullable=False),
)

Index("ix_submission_item", submission.c.dataset, submission.c.reporter, submission.c.period)
