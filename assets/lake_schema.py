"""The lake's tables: made where missing, and widened where a contract gained a column."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from checks.rule import CONTEXT_COLUMNS, SQL_TYPES
from data.contract import Contract
from data.warehouse import LAKE, commit, lake_tables, quoted

__all__ = ["core_table", "ensure_tables", "staging_table"]

_FIXED = {
    "landing.submission": """
        submission_id BIGINT, receipt VARCHAR, dataset VARCHAR, reporter VARCHAR, period VARCHAR, version INTEGER,
        sha256 VARCHAR, filename VARCHAR, size BIGINT, received_at TIMESTAMPTZ, channel VARCHAR, sender VARCHAR,
        nil BOOLEAN""",
    "quality.verdict": """
        submission_id BIGINT, dataset VARCHAR, reporter VARCHAR, period VARCHAR, version INTEGER, verdict VARCHAR,
        rows_total BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT, received_at TIMESTAMPTZ,
        judged_at TIMESTAMPTZ, contract_version VARCHAR, sheet VARCHAR, mapping VARCHAR, header_rows VARCHAR,
        counts BOOLEAN, reason_vi VARCHAR, reason_en VARCHAR""",
    "quality.standing": """
        submission_id BIGINT, dataset VARCHAR, needs_confirmation BOOLEAN, confirmed_at TIMESTAMPTZ,
        needs_approval BOOLEAN, approved_at TIMESTAMPTZ, returned_at TIMESTAMPTZ, withdrawn_at TIMESTAMPTZ,
        held_from TIMESTAMPTZ, held_until TIMESTAMPTZ""",
    "quality.explained": """
        submission_id BIGINT, dataset VARCHAR, rule VARCHAR, accepted_at TIMESTAMPTZ, accepted_by VARCHAR,
        explanation VARCHAR""",
    "quality.result": """
        submission_id BIGINT, dataset VARCHAR, rule VARCHAR, kind VARCHAR, principle VARCHAR, severity VARCHAR,
        checked BIGINT, failed BIGINT, score DOUBLE""",
    "quality.finding": """
        submission_id BIGINT, dataset VARCHAR, rule VARCHAR, kind VARCHAR, principle VARCHAR, severity VARCHAR,
        sheet VARCHAR, "row" BIGINT, "column" VARCHAR, cell VARCHAR, value VARCHAR, expected VARCHAR,
        suggestion_value VARCHAR, suggestion_label VARCHAR, message_vi VARCHAR, message_en VARCHAR""",
    "marts.obligation": """
        dataset VARCHAR, reporter VARCHAR, period VARCHAR, period_start DATE, period_end DATE, due_at TIMESTAMPTZ""",
    "marts.indicator_value": """
        indicator VARCHAR, period VARCHAR, period_start DATE, period_end DATE, value DOUBLE, numerator DOUBLE,
        denominator DOUBLE, unit VARCHAR, dataset VARCHAR, submissions INTEGER""",
    "marts.measure_value": """
        dataset VARCHAR, measure VARCHAR, period VARCHAR, period_start DATE, period_end DATE, subject VARCHAR,
        value DOUBLE, unit VARCHAR""",
    "marts.budget_line": """
        dataset VARCHAR, form VARCHAR, year INTEGER, kind VARCHAR, measure VARCHAR, line_code VARCHAR,
        line_path VARCHAR, line_no VARCHAR, line_name VARCHAR, level INTEGER, parent_path VARCHAR,
        value_million DOUBLE, submission_id BIGINT, sheet VARCHAR, "row" BIGINT, "column" VARCHAR""",
    "marts.directive": """
        directive_id BIGINT, sha256 VARCHAR, filename VARCHAR, number VARCHAR, type VARCHAR, issuer VARCHAR,
        date DATE, signatory VARCHAR, subject VARCHAR, sent_by VARCHAR, sent_at TIMESTAMPTZ, unreadable VARCHAR""",
    "marts.directive_item": """
        directive_id BIGINT, kind VARCHAR, "start" BIGINT, "end" BIGINT, state VARCHAR, origin VARCHAR,
        actor VARCHAR, "at" TIMESTAMPTZ, confidence DOUBLE, fields VARCHAR, lead_units VARCHAR[],
        coordinating_units VARCHAR[], deadline DATE""",
    "marts.directive_contradiction": """
        directive_id BIGINT, other_id BIGINT, kind VARCHAR, said_vi VARCHAR, said_en VARCHAR, first_start BIGINT,
        first_end BIGINT, second_start BIGINT, second_end BIGINT""",
    "marts.contradiction": """
        contradiction_id VARCHAR, subject VARCHAR, what_vi VARCHAR, what_en VARCHAR, period VARCHAR,
        dataset_a VARCHAR, submission_a BIGINT, row_a BIGINT, column_a VARCHAR, value_a VARCHAR,
        dataset_b VARCHAR, submission_b BIGINT, row_b BIGINT, column_b VARCHAR, value_b VARCHAR,
        found_at TIMESTAMPTZ""",
}


def staging_table(dataset: str) -> str:
    """Qualified name of a dataset's staging table."""
    return f"{LAKE}.staging.{quoted(dataset)}"


def core_table(dataset: str) -> str:
    """Qualified name of a dataset's core table."""
    return f"{LAKE}.core.{quoted(dataset)}"


def _columns(contract: Contract, schema: str) -> dict[str, str]:
    columns = {c.name: SQL_TYPES[c.type] for c in contract.columns} | CONTEXT_COLUMNS
    if schema == "core":
        del columns["_marks"]
        return columns
    return columns | {"_failed": "VARCHAR[]"}


def ensure_tables(con: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Make every table that is missing and add columns that a contract gained, in one commit."""
    known = lake_tables(con)
    wanted: list[str] = [
        f"CREATE TABLE {LAKE}.{name} ({columns})" for name, columns in _FIXED.items() if name not in known
    ]
    for contract in contracts:
        for schema in ("staging", "core"):
            columns = _columns(contract, schema)
            target = f"{LAKE}.{schema}.{quoted(contract.id)}"
            present = known.get(f"{schema}.{contract.id}")
            if present is None:
                body = ", ".join(f"{quoted(name)} {sql_type}" for name, sql_type in columns.items())
                wanted.append(f"CREATE TABLE {target} ({body})")
            else:
                wanted += [
                    f"ALTER TABLE {target} ADD COLUMN {quoted(name)} {sql_type}"
                    for name, sql_type in columns.items()
                    if name not in present
                ]
    if wanted:
        commit(con, lambda: [con.execute(statement) for statement in wanted], message="tables")
