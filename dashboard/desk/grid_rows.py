"""The grid of one report: columns from the contract, rows from what is known; and a workbook of what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assets.lake_schema import core_table
from assets.template.prefill import Cell, prefill
from assets.template.registers import choices_of, unit_shown
from dashboard.desk.drafts import MOST_ROWS, draft
from dashboard.desk.item import Item
from dashboard.grid_slot import Choice, Column, Grid, Kind
from dashboard.views.lake import Lake, LakeClosedError
from data.contract import Column as ContractColumn
from data.person import Person
from data.settings import settings
from data.warehouse import quoted

__all__ = ["asked_columns", "grid_of", "write_rows"]

_YES_NO: tuple[Choice, ...] = (("có", "có"), ("không", "không"))
_SPARE = 3
"""Empty rows to begin with where no row is known."""


def asked_columns(item: Item) -> list[ContractColumn]:
    """The columns that a unit fills in."""
    return [c for c in item.contract.columns if not c.derived]


def grid_of(item: Item, person: Person, lake: Lake) -> Grid:
    """The report as it stands: the draft, else the version in force, else the rows that are to be expected.

    Beside it, not to be changed, stands what was reported the period before.
    """
    columns = asked_columns(item)
    given = prefill(item.contract, item.reporter, item.period)
    kept = draft(person, item)
    stored = [] if kept else _in_force(item, lake)
    rows: Sequence[Mapping[str, Any]] = kept.rows if kept else stored or given.rows
    beside = {} if kept or stored else {f"_beside{n}": part for n, part in enumerate(given.beside)}
    locked = given.locked if not kept and not stored else frozenset()
    made = [
        {
            "id": str(n),
            **{c.name: _plain(row.get(c.name)) for c in columns},
            **{name: _plain(values[n]) for name, (_, values) in beside.items()},
        }
        for n, row in enumerate(rows or [{}] * _SPARE)
    ]
    return Grid(
        columns=[
            *(_column(c, item, locked=c.name in locked) for c in columns),
            *(Column(name, heading, editable=False, width=150) for name, (heading, _) in beside.items()),
        ],
        rows=made,
        more=True,
    )


def _column(column: ContractColumn, item: Item, *, locked: bool) -> Column:
    listed = choices_of(column, item.contract, item.reporter, settings().province)
    choices = tuple((c.shown, f"{c.shown} – {c.name}" if c.name and c.name != c.shown else c.shown) for c in listed)
    if column.type == "boolean":
        choices = _YES_NO
    kind: Kind = "text"
    if choices:
        kind = "choice"
    elif column.type in {"integer", "number"}:
        kind = "number"
    elif column.type == "date":
        kind = "date"
    title = f"{column.title} ({column.unit})" if column.unit else column.title
    return Column(
        column.name,
        f"{title} *" if column.required else title,
        kind=kind,
        editable=not locked,
        hint=column.description or column.title,
        choices=choices,
        width=220 if column.key and kind in {"choice", "text"} else 150,
        pinned=locked,
        marks={"cell-needed": f"params.data.{column.name} == null && hubBegun(params.data)"} if column.required else {},
    )


def _in_force(item: Item, lake: Lake) -> list[dict[str, Any]]:
    """Rows of the version that counts, as words; none where it holds personal data, which stays in its file."""
    columns = asked_columns(item)
    if any(c.personal for c in columns):
        return []
    names = ", ".join(quoted(c.name) for c in columns)
    try:
        rows = lake.records_if_any(
            # S608: table and columns are the contract's.
            f"SELECT {names} FROM {core_table(item.contract.id)} "
            "WHERE _reporter = $unit AND _period = $period ORDER BY _row LIMIT $most",
            {"unit": item.reporter, "period": str(item.period), "most": MOST_ROWS + 1},
        )
    except LakeClosedError:
        return []
    if len(rows) > MOST_ROWS:
        return []
    return [{c.name: _worded(c, row[c.name]) for c in columns} for row in rows]


def _worded(column: ContractColumn, value: Any) -> Any:
    if value is None:
        return None
    if column.enum:
        return next((e.label for e in column.enum if e.value == str(value)), str(value))
    if column.resolves_unit:
        return unit_shown(str(value), settings().province, "commune" if column.reference == "communes.code" else "unit")
    if isinstance(value, bool):
        return _YES_NO[0 if value else 1][0]
    return value


def _plain(value: Cell | Any) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return f"{value}" if isinstance(value, date) else value


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def write_rows(item: Item, rows: Sequence[Mapping[str, Any]], target: Path) -> None:
    """A workbook of typed rows under the contract's own headings. Raises OSError where it cannot be written."""
    import xlsxwriter  # type: ignore[import-untyped]

    columns = asked_columns(item)
    book = xlsxwriter.Workbook(str(target), {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("Báo cáo")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_string(0, 0, f"{item.contract.title.upper()} – {item.period.label_vi}", bold)
    sheet.write_row(2, 0, [c.title for c in columns], bold)
    for down, row in enumerate(rows, 3):
        for right, column in enumerate(columns):
            value = row.get(column.name)
            if value is None or value == "":
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(down, right, value)
            elif column.type == "date" and _DATE.fullmatch(str(value)) and (moment := _day(str(value))):
                sheet.write_datetime(down, right, moment, day)
            else:
                sheet.write_string(down, right, str(value)[:32_000])
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
