"""The wrong rows of a submission in the grid: values as sent, wrong cells coloured, their faults beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from dashboard.grid_slot import Column, Grid, register
from dashboard.verdict.rights import rights_of
from dashboard.verdict.stored import Stored
from dashboard.view import Ask
from dashboard.views.sheet_window import table_of
from dashboard.views.submission import Submission, submission
from data.contract import Contract
from data.table import Table

__all__ = ["ROWS", "register_grid", "rows_in_view"]

ROWS = 200
"""Rows of one page of the grid."""


def register_grid() -> None:
    """Give the page of a submission's rows its grid."""
    register("/submissions/<receipt>/rows", _build)


def rows_in_view(ask: Ask, sent: Submission) -> tuple[tuple[int, ...], int]:
    """Sheet rows on the page of the address, and how many there are: the wrong ones, errors before warnings,
    or with ?all=1 every one."""
    page = int(ask.get("page")) if ask.get("page").isdigit() and int(ask.get("page")) > 0 else 1
    before = (page - 1) * ROWS
    if ask.get("all"):
        table = _table(sent)
        numbers = table.rows.to_list() if table is not None else []
        return tuple(numbers[before : before + ROWS]), len(numbers)
    if sent.stored is None:
        return (), 0
    wrong = """SELECT "row" AS number, count(*) OVER () AS found FROM {findings}
        WHERE severity <> 'info' AND "row" IS NOT NULL AND NOT starts_with(rule, 'repair.')
        GROUP BY "row" ORDER BY bool_or(severity = 'error') DESC, "row" LIMIT $most OFFSET $before"""
    rows = sent.stored.ask(wrong, most=ROWS, before=before)
    return tuple(r["number"] for r in rows), rows[0]["found"] if rows else 0


def _table(sent: Submission) -> Table | None:
    return table_of(sent.submission_id, sent.sha256, sent.filename, sent.sheet)


def _build(ask: Ask) -> Grid | None:
    sent = submission(ask.lake, ask.parts["receipt"])
    if sent is None or sent.stored is None or sent.received.nil:
        return None
    contract = _contract(sent)
    rights = rights_of(ask.person, contract, sent.received)
    numbers, _ = rows_in_view(ask, sent)
    table = _table(sent)
    if not rights.read or not numbers or table is None:
        return None
    shown = [c for c in contract.columns if c.name in sent.mapping]
    columns = [Column("_row", ask.words("rows.number"), editable=False, width=72, pinned=True)]
    for c in sorted(shown, key=lambda c: sent.mapping[c.name]):
        hidden = c.name in rights.hidden
        marks = {
            f"cell-{kind}": f"(params.data._{kind} || []).indexOf({c.name!r}) >= 0" for kind in ("error", "warning")
        }
        columns.append(
            Column(
                c.name,
                c.title,
                editable=rights.send and sent.newest and not hidden,
                hint=c.description or c.title,
                tip=f"_tip_{c.name}",
                marks=marks,
            )
        )
    return Grid(columns, _rows(table, numbers, sent, rights.hidden, english=ask.words.code == "en"))


def _contract(sent: Submission) -> Contract:
    from dashboard.views.datasets import contracts

    return contracts()[sent.dataset]


def _rows(
    table: Table, numbers: tuple[int, ...], sent: Submission, hidden: frozenset[str], *, english: bool
) -> list[Mapping[str, Any]]:
    from dashboard.components.sheet import MASK

    assert sent.stored is not None
    places = {number: i for i, number in enumerate(table.rows.to_list())}
    names = dict(zip(table.columns, table.frame.columns, strict=True))
    faults = _faults(sent.stored, numbers, english=english)
    rows: list[Mapping[str, Any]] = []
    for number in numbers:
        if number not in places:
            continue
        values = table.frame.row(places[number], named=True)
        row: dict[str, Any] = {"id": str(number), "_row": number, "_error": [], "_warning": []}
        for column, position in sent.mapping.items():
            value = values.get(names.get(position, ""))
            row[column] = MASK if value is not None and column in hidden else value
        for column, kind, message in faults[number]:
            row[f"_{kind}"].append(column)
            tip = f"_tip_{column}"
            row[tip] = f"{row[tip]} · {message}" if tip in row else message
        rows.append(row)
    return rows


def _faults(of: Stored, numbers: tuple[int, ...], *, english: bool) -> dict[int, list[tuple[str, str, str]]]:
    """Sheet row → (contract column, error or warning, what is wrong with it)."""
    found = of.ask(
        """SELECT "row" AS number, "column" AS name, severity, message_vi, message_en, suggestion_label FROM {findings}
        WHERE "row" IN (SELECT unnest($rows)) AND "column" IS NOT NULL AND severity <> 'info'
            AND NOT starts_with(rule, 'repair.')""",
        rows=list(numbers),
    )
    faults: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for r in found:
        said = (r["message_en"] if english else r["message_vi"]) or ""
        if r["suggestion_label"]:
            said = f"{said} → {r['suggestion_label']}"
        faults[r["number"]].append((r["name"], r["severity"], said))
    return faults
