"""The tables of the submission desk, beside the ledger's: people, what they asked for, decided and saw.

A moment is text, ISO 8601 with its offset; a JSON value is text. Tables that only grow say so.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from data.ledger_schema import ID, metadata

__all__ = [
    "account",
    "attachment",
    "audit",
    "closing",
    "column_choice",
    "directive",
    "directive_decision",
    "explanation",
    "extension_request",
    "idempotency",
    "metadata",
    "notice",
    "readership",
    "session",
    "token",
]

_MOMENT, _CODE, _LOGIN = String(40), String(40), String(120)

account = Table(
    "account",
    metadata,
    Column("account_id", ID, primary_key=True, autoincrement=True),
    Column("login", _LOGIN, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(24), nullable=False),
    Column("unit", _CODE, nullable=False, default=""),
    Column("email", Text, nullable=False, default=""),
    Column("password_hash", Text, nullable=True),  # null: signs in elsewhere (OpenID Connect) only
    Column("subject", Text, nullable=True, unique=True),  # who it is at the OpenID Connect server: issuer and sub
    Column("must_change", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", _MOMENT, nullable=True),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("seen_at", _MOMENT, nullable=True),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", ID, ForeignKey("account.account_id"), nullable=False, index=True),
    Column("created_at", _MOMENT, nullable=False),
    Column("seen_at", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT, nullable=True),
    Column("address", Text, nullable=False, default=""),
    Column("agent", Text, nullable=False, default=""),
)

token = Table(
    "token",
    metadata,
    Column("token_id", ID, primary_key=True, autoincrement=True),
    Column("account_id", ID, ForeignKey("account.account_id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scope", Text, nullable=False),  # JSON list of permissions
    Column("created_at", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("used_at", _MOMENT, nullable=True),
    Column("revoked_at", _MOMENT, nullable=True),
)

# Only grows, each entry chained to the one before by its hash; the migration's triggers refuse a change.
audit = Table(
    "audit",
    metadata,
    Column("audit_id", ID, primary_key=True, autoincrement=True),
    Column("at", _MOMENT, nullable=False),
    Column("actor", _LOGIN, nullable=False),
    Column("role", String(24), nullable=False),
    Column("address", Text, nullable=False),
    Column("action", String(48), nullable=False, index=True),
    Column("object", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

extension_request = Table(
    "extension_request",
    metadata,
    Column("request_id", ID, primary_key=True, autoincrement=True),
    Column("dataset", String(80), nullable=False),
    Column("reporter", _CODE, nullable=False),
    Column("period", String(16), nullable=False),
    Column("wanted_until", _MOMENT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("asked_by", _LOGIN, nullable=False),
    Column("asked_at", _MOMENT, nullable=False),
    Column("state", String(16), nullable=False),  # open | granted | refused | taken_back
    Column("answered_by", _LOGIN, nullable=True),
    Column("answered_at", _MOMENT, nullable=True),
    Column("answer", Text, nullable=False, default=""),
)

explanation = Table(
    "explanation",
    metadata,
    Column("explanation_id", ID, primary_key=True, autoincrement=True),
    Column("submission_id", ID, ForeignKey("submission.submission_id"), nullable=False, index=True),
    Column("rule", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("given_by", _LOGIN, nullable=False),
    Column("given_at", _MOMENT, nullable=False),
    Column("state", String(16), nullable=False),  # open | accepted | refused
    Column("decided_by", _LOGIN, nullable=True),
    Column("decided_at", _MOMENT, nullable=True),
    Column("note", Text, nullable=False, default=""),
)

# Only grows: the newest entry of (dataset, period) says whether the period is closed.
closing = Table(
    "closing",
    metadata,
    Column("closing_id", ID, primary_key=True, autoincrement=True),
    Column("dataset", String(80), nullable=False),
    Column("period", String(16), nullable=False),
    Column("kind", String(16), nullable=False),  # closed | reopened
    Column("reason", Text, nullable=False),
    Column("actor", _LOGIN, nullable=False),
    Column("at", _MOMENT, nullable=False),
)

# What a person said an unknown header of a unit's files means: "" where it means no column of the dataset.
column_choice = Table(
    "column_choice",
    metadata,
    Column("choice_id", ID, primary_key=True, autoincrement=True),
    Column("dataset", String(80), nullable=False),
    Column("reporter", _CODE, nullable=False),
    Column("header", Text, nullable=False),
    Column("column", String(120), nullable=False),
    Column("chosen_by", _LOGIN, nullable=False),
    Column("chosen_at", _MOMENT, nullable=False),
    UniqueConstraint("dataset", "reporter", "header"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("attachment_id", ID, primary_key=True, autoincrement=True),
    Column("submission_id", ID, ForeignKey("submission.submission_id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("signatures", Text, nullable=False),  # JSON list: what was found of each digital signature
    Column("added_by", _LOGIN, nullable=False),
    Column("added_at", _MOMENT, nullable=False),
)

# One row a reminder, entered before it is sent: its key says what it reminds of, whom, at which moment.
notice = Table(
    "notice",
    metadata,
    Column("notice_id", ID, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("planned_at", _MOMENT, nullable=False),
    Column("sent_at", _MOMENT, nullable=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("account_id", ID, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # sha256 of the request
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("at", _MOMENT, nullable=False),
)

# An administrative document that the directive reader read; its bytes lie in landing.
directive = Table(
    "directive",
    metadata,
    Column("directive_id", ID, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("filename", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sent_by", _LOGIN, nullable=False),
    Column("sent_at", _MOMENT, nullable=False),
)

# Only grows: what a person decided of something found in a document, or added to it; the newest word on an item counts.
directive_decision = Table(
    "directive_decision",
    metadata,
    Column("decision_id", ID, primary_key=True, autoincrement=True),
    Column("directive_id", ID, ForeignKey("directive.directive_id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # task | citation | indicator
    Column("item", String(40), nullable=False),  # "start-end": the characters of the document's text
    Column("action", String(16), nullable=False),  # accept | reject | edit | merge | split | add | reopen
    Column("detail", Text, nullable=False),  # JSON
    Column("actor", _LOGIN, nullable=False),
    Column("at", _MOMENT, nullable=False),
)

# Which unit read which dataset on which day: what “dùng chung” counts as used.
readership = Table(
    "readership",
    metadata,
    Column("dataset", String(80), primary_key=True),
    Column("unit", _CODE, primary_key=True),
    Column("day", String(10), primary_key=True),
)

Index(
    "ix_extension_request_item", extension_request.c.dataset, extension_request.c.reporter, extension_request.c.period
)
Index("ix_closing_item", closing.c.dataset, closing.c.period)
