"""The submission desk: people and sessions, audit, requests, explanations, closings, choices, notices."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT, _CODE, _LOGIN = sa.String(40), sa.String(40), sa.String(120)
_NEVER = "audit entries are never changed"


def _column(name: str, kind: Any, *more: Any, null: bool = False, **options: Any) -> "sa.Column[Any]":
    return sa.Column(name, kind, *more, nullable=null, **options)


def upgrade() -> None:
    def key(name: str) -> "sa.Column[Any]":
        return sa.Column(name, _ID, primary_key=True, autoincrement=True)

    def to(name: str, target: str) -> "sa.Column[Any]":
        return _column(name, _ID, sa.ForeignKey(target), index=True)

    op.create_table(
        "account",
        key("account_id"),
        _column("login", _LOGIN, unique=True),
        _column("name", sa.Text),
        _column("role", sa.String(24)),
        _column("unit", _CODE),
        _column("email", sa.Text),
        _column("password_hash", sa.Text, null=True),
        _column("subject", sa.Text, null=True, unique=True),
        _column("must_change", sa.Boolean),
        _column("failures", sa.Integer),
        _column("locked_until", _MOMENT, null=True),
        _column("disabled", sa.Boolean),
        _column("created_at", _MOMENT),
        _column("seen_at", _MOMENT, null=True),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        to("account_id", "account.account_id"),
        _column("created_at", _MOMENT),
        _column("seen_at", _MOMENT),
        _column("expires_at", _MOMENT),
        _column("ended_at", _MOMENT, null=True),
        _column("address", sa.Text),
        _column("agent", sa.Text),
    )
    op.create_table(
        "token",
        key("token_id"),
        to("account_id", "account.account_id"),
        _column("name", sa.Text),
        _column("token_hash", sa.String(64), unique=True),
        _column("scope", sa.Text),
        _column("created_at", _MOMENT),
        _column("expires_at", _MOMENT),
        _column("used_at", _MOMENT, null=True),
        _column("revoked_at", _MOMENT, null=True),
    )
    op.create_table(
        "audit",
        key("audit_id"),
        _column("at", _MOMENT),
        _column("actor", _LOGIN),
        _column("role", sa.String(24)),
        _column("address", sa.Text),
        _column("action", sa.String(48), index=True),
        _column("object", sa.Text),
        _column("detail", sa.Text),
        _column("previous", sa.String(64)),
        _column("hash", sa.String(64)),
    )
    op.create_table(
        "extension_request",
        key("request_id"),
        _column("dataset", sa.String(80)),
        _column("reporter", _CODE),
        _column("period", sa.String(16)),
        _column("wanted_until", _MOMENT),
        _column("reason", sa.Text),
        _column("document", sa.Text),
        _column("asked_by", _LOGIN),
        _column("asked_at", _MOMENT),
        _column("state", sa.String(16)),
        _column("answered_by", _LOGIN, null=True),
        _column("answered_at", _MOMENT, null=True),
        _column("answer", sa.Text),
    )
    op.create_index("ix_extension_request_item", "extension_request", ["dataset", "reporter", "period"])
    op.create_table(
        "explanation",
        key("explanation_id"),
        to("submission_id", "submission.submission_id"),
        _column("rule", sa.String(120)),
        _column("text", sa.Text),
        _column("given_by", _LOGIN),
        _column("given_at", _MOMENT),
        _column("state", sa.String(16)),
        _column("decided_by", _LOGIN, null=True),
        _column("decided_at", _MOMENT, null=True),
        _column("note", sa.Text),
    )
    op.create_table(
        "closing",
        key("closing_id"),
        _column("dataset", sa.String(80)),
        _column("period", sa.String(16)),
        _column("kind", sa.String(16)),
        _column("reason", sa.Text),
        _column("actor", _LOGIN),
        _column("at", _MOMENT),
    )
    op.create_index("ix_closing_item", "closing", ["dataset", "period"])
    op.create_table(
        "column_choice",
        key("choice_id"),
        _column("dataset", sa.String(80)),
        _column("reporter", _CODE),
        _column("header", sa.Text),
        _column("column", sa.String(120)),
        _column("chosen_by", _LOGIN),
        _column("chosen_at", _MOMENT),
        sa.UniqueConstraint("dataset", "reporter", "header"),
    )
    op.create_table(
        "attachment",
        key("attachment_id"),
        to("submission_id", "submission.submission_id"),
        _column("sha256", sa.String(64)),
        _column("filename", sa.Text),
        _column("size", sa.BigInteger),
        _column("signatures", sa.Text),
        _column("added_by", _LOGIN),
        _column("added_at", _MOMENT),
    )
    op.create_table(
        "notice",
        key("notice_id"),
        _column("key", sa.String(200), unique=True),
        _column("kind", sa.String(24)),
        _column("channel", sa.String(16)),
        _column("recipient", sa.Text),
        _column("subject", sa.Text),
        _column("body", sa.Text),
        _column("planned_at", _MOMENT),
        _column("sent_at", _MOMENT, null=True),
        _column("attempts", sa.Integer),
        _column("error", sa.Text),
    )
    op.create_table(
        "idempotency",
        sa.Column("account_id", _ID, primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        _column("fingerprint", sa.String(64)),
        _column("status", sa.Integer),
        _column("answer", sa.Text),
        _column("at", _MOMENT),
    )
    op.create_table(
        "readership",
        sa.Column("dataset", sa.String(80), primary_key=True),
        sa.Column("unit", _CODE, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
    )
    _protect_audit()


def _protect_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_NEVER}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_only_grows ON audit")
        op.execute("DROP FUNCTION audit_only_grows")
    for table in (
        "readership", "idempotency", "notice", "attachment", "column_choice", "closing", "explanation",
        "extension_request", "audit", "token", "session", "account",
    ):  # fmt: skip
        op.drop_table(table)
