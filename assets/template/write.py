"""Writes the template of a dataset for one unit and period: a workbook that asks for the right thing by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assets.template.cells import Looks, heading, inline, validate, width_of
from assets.template.guide import write_guide
from assets.template.prefill import Cell, Prefill, prefill
from assets.template.registers import Choice, choices_of
from assets.template.stamp import PROPERTY, Stamp
from assets.template.words import hint, words
from data.contract import Column, Contract
from data.obligation import due_if_owed
from data.period import Period
from data.settings import settings
from data.units import load_units
from data.vietnamese_format import format_date

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

__all__ = ["write_template"]

_HEADER = 6
"""The header's row, from 0; over it the title block and one blank row."""
_STAMP_SHEET = "_hub"
_PROTECTION = {
    "insert_rows": True, "delete_rows": True, "format_columns": True, "format_rows": True, "sort": True,
    "autofilter": True, "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip
_GREY: dict[str, object] = {"locked": True, "font_color": "#8A939C", "italic": True}


def write_template(contract: Contract, reporter: str, period: Period, target: Path) -> None:
    """Write the workbook (xlsx) that this unit fills in for this period.

    reporter: the unit's code. Raises OSError where `target` cannot be written.
    """
    import xlsxwriter

    columns = [c for c in contract.columns if not c.derived]
    choices = {c.name: choices_of(c, contract, reporter, settings().province) for c in columns}
    stamp = Stamp(contract.id, contract.version, reporter, str(period))
    book = xlsxwriter.Workbook(str(target), {"strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"title": contract.title, "author": contract.owner_name, "comments": period.label_vi})
    book.set_custom_property(PROPERTY, str(stamp), "text")
    looks = Looks(book)
    sheet = book.add_worksheet(words()["sheet"])
    _title_block(sheet, looks, contract, reporter, period, len(columns))
    names = _lists(book, contract, choices)
    _table(sheet, looks, contract, columns, prefill(contract, reporter, period), choices, names)
    write_guide(book, looks, contract, columns, choices)
    _hidden(book, stamp, choices, names)
    sheet.activate()
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(f"không ghi được {target.name} / cannot write {target.name}: {error}") from error


def _title_block(sheet: Worksheet, looks: Looks, contract: Contract, reporter: str, period: Period, width: int) -> None:
    said, unit = words(), load_units(settings().province).get(reporter)
    due = due_if_owed(contract, period)
    shown = said["due"].format(due=f"{format_date(due.date())}, {due:%H:%M}") if due else said["no_due"]
    name = unit.name if unit is not None else reporter
    lines = [
        (name.upper(), looks.look(locked=True, bold=True)),
        (_title(contract, period), looks.look(locked=True, bold=True, font_size=14, font_color="#0B5C8E")),
        (said["period"].format(period=period.label_vi), looks.look(locked=True)),
        (shown, looks.look(locked=True)),
        (_legend(contract), looks.look(locked=True, italic=True, font_color="#5A6570")),
    ]
    blank = looks.look(locked=True)
    for row in range(_HEADER + 1):
        sheet.set_row(row, 44 if row == _HEADER else None, blank)
        for place in range(width):
            sheet.write_blank(row, place, None, blank)
    for row, (text, look) in enumerate(lines):
        sheet.write_string(row, 0, text, look)


def _title(contract: Contract, period: Period) -> str:
    """The report's name; a published form's number and name, by which it is known wherever it turns up."""
    if not contract.forms:
        return contract.title.upper()
    from assets.budget.forms import load_forms

    catalogue = load_forms()
    fitting = [f for f in catalogue.forms if f.id in contract.forms]
    in_use = [f for f in fitting if catalogue.years[f.series][0] <= period.year <= catalogue.years[f.series][1]]
    form = (in_use or fitting)[0]
    series = form.series if form.series.startswith("CK") else f"CKTC-{form.series}"
    return f"Biểu số {form.number}/{series}: {form.name} năm {period.year}"


def _legend(contract: Contract) -> str:
    said = words()
    units = {c.unit for c in contract.measures if c.measure != "ratio"}
    if contract.layout == "hierarchical" and len(units) == 1:
        return f"{said['measure'].format(unit=units.pop())}. {said['legend']}"
    return str(said["legend"])


def _lists(book: Workbook, contract: Contract, choices: Mapping[str, Sequence[Choice]]) -> dict[str, str]:
    """Column → defined name of its list, for those that are too long to stand in the validation."""
    long = [name for name, offered in choices.items() if offered and not inline(offered)]
    names = {name: f"hub_list_{number}" for number, name in enumerate(long, 1)}
    for place, name in enumerate(long):
        letter = chr(ord("A") + place)
        book.define_name(names[name], f"='{words()['lists']}'!${letter}$1:${letter}${len(choices[name])}")
    return names


def _hidden(book: Workbook, stamp: Stamp, choices: Mapping[str, Sequence[Choice]], names: Mapping[str, str]) -> None:
    """The sheets that nobody needs to see: the lists, and the stamp."""
    if names:
        lists = book.add_worksheet(words()["lists"])
        for place, name in enumerate(names):
            lists.write_column(0, place, [c.shown for c in choices[name]])
        lists.hide()
    sheet = book.add_worksheet(_STAMP_SHEET)
    sheet.write_string(0, 0, str(stamp))
    sheet.very_hidden()


def _table(
    sheet: Worksheet,
    looks: Looks,
    contract: Contract,
    columns: Sequence[Column],
    given: Prefill,
    choices: Mapping[str, Sequence[Choice]],
    names: Mapping[str, str],
) -> None:
    for place, column in enumerate(columns):
        shown = [str(row.get(column.name) or "") for row in given.rows]
        sheet.set_column(place, place, width_of(column, max(map(len, shown), default=0)), looks.data(column))
        sheet.write_string(_HEADER, place, heading(column), looks.header(required=column.required))
        sheet.write_comment(_HEADER, place, _note(column), {"x_scale": 2.2, "y_scale": 1.6, "author": ""})
        validate(sheet, place, _HEADER + 1, column, choices[column.name], names.get(column.name))
        for number, row in enumerate(given.rows, _HEADER + 1):
            value = row.get(column.name)
            locked = column.name in given.locked and value is not None
            _put(sheet, number, place, value, looks, column, locked=locked)
    sheet.set_column(len(columns), len(columns), 3)
    for number, (title, values) in enumerate(given.beside, len(columns) + 1):
        sheet.set_column(number, number, 36 if any(isinstance(v, str) for v in values) else 14, looks.grey())
        sheet.write_string(
            _HEADER, number, title, looks.look(locked=True, font_color="#8A939C", italic=True, text_wrap=True)
        )
        for line, value in enumerate(values, _HEADER + 1):
            _put_grey(sheet, line, number, value, looks)
    keys = next((n for n, c in enumerate(columns) if not c.key), len(columns))
    sheet.freeze_panes(_HEADER + 1, min(keys, 2))
    sheet.autofilter(_HEADER, 0, _HEADER + max(1, len(given.rows)), len(columns) - 1)
    sheet.protect("", _PROTECTION)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER)
    sheet.set_footer("&L&F&RTrang &P/&N")


def _put(sheet: Worksheet, row: int, place: int, value: Cell, looks: Looks, column: Column, *, locked: bool) -> None:
    look = looks.data(column, locked=locked)
    if value is None:
        sheet.write_blank(row, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, look)
    else:
        sheet.write_datetime(row, place, value, look)


def _put_grey(sheet: Worksheet, row: int, place: int, value: Cell, looks: Looks) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value, looks.look(**_GREY))
    elif isinstance(value, int | float):
        form = "#,##0" if float(value).is_integer() else "#,##0.00"
        sheet.write_number(row, place, value, looks.look(**_GREY, num_format=form))
    else:
        sheet.write_datetime(row, place, value, looks.look(**_GREY, num_format="dd/mm/yyyy"))


def _note(column: Column) -> str:
    """The comment on a header: what the column is, and how it is filled in."""
    said, shown = words(), hint(column)
    parts = [
        column.title,
        column.description.strip(),
        shown[:1].upper() + shown[1:],
        said["unit"].format(unit=column.unit) if column.unit else "",
        said["required"] if column.required else said["optional"],
    ]
    return "\n".join(part for part in parts if part)
