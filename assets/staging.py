"""Staging: one submission's rows in the contract's columns, in the file's order, each value still knowing its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from assets.budget.doubt import form_faults
from assets.canonical import (
    Canonical,
    NumberStyle,
    canonical_boolean,
    canonical_date,
    canonical_enum,
    canonical_numbers,
    is_plain_number,
    nearest_date,
    percent_shown,
)
from assets.in_form import not_in_form
from assets.mapping import Mapping, choose_table
from assets.staging_faults import missing_columns, remembered_columns, wrong_period
from checks.finding import Suggestion
from checks.staged import Context, Staged
from data.contract import Column, Contract
from data.settings import settings
from data.table import Reading, Repair, Table
from data.unit_resolver import Match, get_resolver

if TYPE_CHECKING:
    from assets.budget.recognise import Recognised

__all__ = ["nil_report", "stage", "stage_rows", "stage_table"]

_DROPPED_ROLES = ("total", "subtotal")


@dataclass
class _Work:
    """What staging gathers while it goes through the columns."""

    styles: dict[str, NumberStyle] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    marks: dict[int, list[str]] = field(default_factory=dict)
    suggestions: dict[tuple[int, str], Suggestion] = field(default_factory=dict)
    reasons: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)

    def note(self, index: int, row: int, column: str, offer: _Offer) -> None:
        """Keep what is on offer for one cell."""
        if offer.suggestion is not None:
            self.suggestions[row, column] = offer.suggestion
        if offer.reason is not None:
            self.reasons[row, column] = offer.reason
        for mark in offer.marks:
            if mark != "offer":
                self.mark(index, mark)

    def mark(self, index: int, mark: str) -> None:
        marks = self.marks.setdefault(index, [])
        if mark not in marks:
            marks.append(mark)


def stage(reading: Reading, contract: Contract, context: Context) -> Staged:
    """Bring the table that fits the contract best into its columns.

    Raises UnreadableError where the contract asks for a published form that the file does not hold.
    """
    return stage_table(reading, contract, context, _published(reading, contract, context))


def stage_table(reading: Reading, contract: Contract, context: Context, published: Sequence[Recognised]) -> Staged:
    """Bring one table into the contract's columns: the best of the published forms given, or of the whole file."""
    year = context.period.year if published else None
    table, mapping = choose_table(reading, contract, [p.table for p in published] or None, year, dict(context.choices))
    form = next((p for p in published if p.table is table), None)
    return stage_rows(reading, table, mapping, contract, context, form=form)


def stage_rows(
    reading: Reading,
    table: Table,
    mapping: Mapping,
    contract: Contract,
    context: Context,
    *,
    form: Recognised | None = None,
    styles: dict[str, NumberStyle] | None = None,
) -> Staged:
    """Bring a table into the contract's columns. `styles`: what is known of its number columns beyond these rows."""
    kept, dropped = _keep_rows(table, contract)
    work = _Work(styles=styles or {})
    _tell_uncalculated(table, mapping, kept, work)
    percents = {c.name for c in contract.columns if (c.unit or "").strip() == "%"}
    texts = _repaired(table, mapping, kept, percents, work)
    numbers = table.rows.gather(kept).to_list()
    columns = {
        column.name: _canonical(column, texts.get(column.name), table, mapping, numbers, work)
        for column in contract.columns
    }
    rows = table.rows.gather(kept)
    frame = pl.DataFrame(
        {
            **columns,
            "_sheet": pl.repeat(table.sheet, len(kept), dtype=pl.String, eager=True),
            "_row": rows.cast(pl.Int64),
            "row_role": table.row_roles.gather(kept),
            "_marks": _marks(work, len(kept)),
        }
    )
    if any(c.derived for c in contract.columns):
        from assets.budget.lines import derive_lines

        frame = derive_lines(frame, contract, table, form.form.id if form and form.form else None)
    faults = [
        *missing_columns(mapping),
        *remembered_columns(table, mapping, contract),
        *wrong_period(table, reading, context),
        *(form_faults(form, mapping.positions, contract) if form else ()),
    ]
    totals = _total_repairs(table, dropped)
    return Staged(
        context=context,
        file=Path(reading.file).name,
        format=reading.format,
        frame=frame,
        mapping={name: table.columns[position] for name, position in mapping.positions.items()},
        table=table,
        repairs=(*work.repairs, *totals),
        faults=tuple(faults),
        suggestions=work.suggestions,
        reasons=work.reasons,
        dropped=tuple(r.row for r in totals),
        header_rows=table.header_rows,
    )


def _marks(work: _Work, rows: int) -> pl.Series:
    """The marks of each row; most have none."""
    place = np.zeros(rows, dtype=np.uint32)
    place[list(work.marks)] = np.arange(1, len(work.marks) + 1)
    return pl.Series([[], *work.marks.values()], dtype=pl.List(pl.String)).gather(pl.Series(place))


def _tell_uncalculated(table: Table, mapping: Mapping, kept: list[int], work: _Work) -> None:
    """Say of a cell with a formula why it is empty: the program that wrote the file never worked it out."""
    if not table.uncalculated:
        return
    names = {table.columns[position]: name for name, position in mapping.positions.items()}
    index_of = {row: index for index, row in enumerate(table.rows.gather(kept).to_list())}
    for row, column in table.uncalculated:
        name, index = names.get(column), index_of.get(row)
        if name is not None and index is not None:
            work.repairs.append(Repair(row, column, "=…", "", "uncalculated"))
            work.mark(index, "uncalculated")


def _published(reading: Reading, contract: Contract, context: Context) -> list[Recognised]:
    """The file's tables that are the contract's published form of the period; none where it asks for no form."""
    if not contract.forms:
        return []
    from assets.budget.recognise import form_tables

    return form_tables(reading, contract.forms, context.period)


def nil_report(contract: Contract, context: Context, filename: str) -> Staged:
    """A submission that says nothing happened in the period: no rows, and none missing."""
    frame = pl.DataFrame(
        schema={
            **{c.name: pl.String for c in contract.columns},
            "_sheet": pl.String, "_row": pl.Int64, "row_role": pl.String, "_marks": pl.List(pl.String),
        }
    )  # fmt: skip
    return Staged(context=context, file=filename, format="nil", frame=frame, mapping={})


def _keep_rows(table: Table, contract: Contract) -> tuple[list[int], list[int]]:
    """Positions of the rows to judge, and of the total rows that a flat dataset leaves out."""
    roles = table.row_roles.to_list()
    if contract.layout == "hierarchical":
        return [i for i, role in enumerate(roles) if role != "note"], []
    kept = [i for i, role in enumerate(roles) if role not in _DROPPED_ROLES and role != "note"]
    return kept, [i for i, role in enumerate(roles) if role in _DROPPED_ROLES]


def _repaired(table: Table, mapping: Mapping, kept: list[int], percents: set[str], work: _Work) -> dict[str, pl.Series]:
    """Text of each mapped column with the reader's repairs applied, and those repairs noted on their rows.

    "75%" stays as it stands for a column of percents: the reader makes 0.75 of it, which only the contract can tell.
    """
    names = {table.columns[position]: name for name, position in mapping.positions.items()}
    texts = {name: table.frame.to_series(position).gather(kept) for name, position in mapping.positions.items()}
    if not table.repairs:
        return texts
    index_of = {row: index for index, row in enumerate(table.rows.gather(kept).to_list())}
    after: dict[str, dict[int, str]] = {}
    for repair in table.repairs:
        name, index = names.get(repair.column), index_of.get(repair.row)
        if name in percents and repair.kind == "number_as_text" and "%" in repair.before:
            continue
        if name is not None and index is not None:
            after.setdefault(name, {})[index] = repair.after
            work.repairs.append(repair)
            work.mark(index, repair.kind)
    for name, mended in after.items():
        texts[name] = texts[name].scatter(list(mended), list(mended.values()))
    return texts


def _canonical(
    column: Column, texts: pl.Series | None, table: Table, mapping: Mapping, rows: list[int], work: _Work
) -> pl.Series:
    """One column in canonical text; each form mended, name resolved or repair on offer is noted at its row.

    Work is done once for each distinct text; only rows whose text needs a note are gone through.
    """
    if texts is None:
        return pl.Series(column.name, [None] * len(rows), dtype=pl.String)
    distinct = texts.drop_nulls().unique()
    in_percent = (column.unit or "").strip() == "%" and (
        table.columns[mapping.positions[column.name]] in table.percent_columns
    )
    if not in_percent:
        # Most texts are in their type's form as they stand, which a column tells at once.
        distinct = not_in_form(distinct, column, typed=table.typed)
    forms, kind = _forms(column, set(distinct), table, work)
    if in_percent:
        forms |= {t: percent_shown(t) for t in distinct if is_plain_number(t)}
    moved = {t: form.value for t, form in forms.items() if form.value != t}
    noted = {t for t, form in forms.items() if (form.changed and kind) or _offer(column, t).marks}
    if noted:
        sheet_column = table.columns[mapping.positions[column.name]]
        mended = {(r.row, r.column) for r in work.repairs if r.kind == kind}
        at = texts.is_in(list(noted)).fill_null(False).arg_true().to_list()
        for index, text in zip(at, texts.gather(at).to_list(), strict=True):
            form, row = forms[text], rows[index]
            if form.changed and kind and (row, sheet_column) not in mended:
                work.repairs.append(Repair(row, sheet_column, text, form.value or "", kind))
                work.mark(index, kind)
            work.note(index, row, column.name, _offer(column, text))
    out = (
        texts.replace_strict(list(moved), list(moved.values()), default=texts, return_dtype=pl.String)
        if moved
        else texts
    )
    return out.alias(column.name)


def _forms(column: Column, texts: set[str], table: Table, work: _Work) -> tuple[dict[str, Canonical], str | None]:
    """Distinct text → canonical form, and the repair kind that a mended form counts as."""
    if column.type in {"integer", "number"}:
        percent = (column.unit or "").strip() == "%"
        whole, style = column.type == "integer", work.styles.get(column.name)
        numbers = canonical_numbers(texts, whole=whole, typed=table.typed, percent=percent, style=style)
        if column.measure == "ratio":
            # A spreadsheet's own word for a ratio over nothing: there is no value, and nothing wrong.
            numbers |= dict.fromkeys(texts & {"#DIV/0!"}, Canonical(None))
        return numbers, "number_as_text"
    if column.type in {"date", "timestamp"}:
        moment = column.type == "timestamp"
        return {t: canonical_date(t, typed=table.typed, moment=moment) for t in texts}, "date_as_text"
    if column.type == "boolean":
        return {t: canonical_boolean(t) for t in texts}, None
    if column.enum:
        return {t: canonical_enum(t, column)[0] for t in texts}, None
    if column.resolves_unit:
        return {t: Canonical(_resolved(column, t).code or t) for t in texts}, None
    return {t: Canonical(t.strip() or None) for t in texts}, None


def _resolved(column: Column, text: str) -> Match:
    kind: Literal["commune", "unit"] = "commune" if column.reference == "communes.code" else "unit"
    return get_resolver(settings().province).resolve(text, kind=kind)


@dataclass(frozen=True, slots=True)
class _Offer:
    """What is to be said of one text: marks, a repair on offer, and why a name did not resolve for certain."""

    marks: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    reason: tuple[str, str] | None = None


@lru_cache(maxsize=65536)
def _offer(column: Column, text: str) -> _Offer:
    if column.resolves_unit:
        match = _resolved(column, text)
        if match.how in {"exact", "normalised"}:
            return _Offer()
        reason = (match.reason_vi, match.reason_en)
        if match.code is not None:
            return _Offer((f"fuzzy:{column.name}",), Suggestion(match.code, match.name or match.code), reason)
        return _Offer((f"{match.how}:{column.name}",), None, reason)
    suggestion = None
    if column.enum:
        suggestion = canonical_enum(text, column)[1]
    elif column.type in {"date", "timestamp"}:
        suggestion = nearest_date(text)
    # A repair on offer needs no mark of its own: the row is noted so that the type or list rule finds it.
    return _Offer(("offer",), suggestion) if suggestion else _Offer()


def _total_repairs(table: Table, dropped: list[int]) -> list[Repair]:
    """A note for each total row left out, at the first cell that has words in it."""
    repairs = []
    for index in dropped:
        cells = [(c, v) for c, v in zip(table.columns, table.frame.row(index), strict=True) if v is not None]
        column, label = next(((c, v) for c, v in cells if any(ch.isalpha() for ch in str(v))), cells[0])
        repairs.append(Repair(int(table.rows[index]), column, str(label), "", "total_row"))
    return repairs
