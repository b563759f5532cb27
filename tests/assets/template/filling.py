"""Fills a template in as a department would: with openpyxl, at the headers, a row for each key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from assets.demo.items import Item
from assets.demo.world import World
from assets.template.registers import unit_shown
from data.contract import Column, Contract
from data.obligation import deadline_rule, reporters
from data.period import Period
from data.settings import settings
from data.units import load_units

__all__ = ["FIRST_ROW", "HEADER_ROW", "fill", "good_rows", "headings", "item_of"]

HEADER_ROW, FIRST_ROW = 7, 8


def item_of(contract: Contract, today: date = date(2026, 11, 23)) -> tuple[str, Period]:
    """A unit that owes the dataset, and the newest period that has ended."""
    rule = deadline_rule(contract)
    period = Period.containing(rule.frequency, today, rule.cutoff).previous()
    return reporters(contract, load_units(settings().province), settings().province)[0], period


def good_rows(world: World, contract: Contract, reporter: str, period: Period) -> list[dict[str, Any]]:
    """What the demonstration's province really has of the dataset in that period, as stored values."""
    from data.deadline import due_moment

    due = due_moment(period, deadline_rule(contract))
    frame = world.clean_rows(contract, [Item(contract.id, reporter, period, due, due)])
    return frame.select(c.name for c in contract.columns).to_dicts()


def headings(sheet: Any) -> dict[str, int]:
    """Text of the header row → column from 1."""
    return {str(cell.value): cell.column for cell in sheet[HEADER_ROW] if cell.value is not None}


def _typed(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.enum:
        return next(e.label for e in column.enum if e.value == value)
    if column.resolves_unit:
        return unit_shown(value, settings().province, "commune" if column.reference == "communes.code" else "unit")
    if column.type == "boolean":
        return "có" if value else "không"
    return value


def fill(path: Path, contract: Contract, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows into the template: beside a key that stands there already, else below; unused keys go out."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = [c for c in contract.columns if not c.derived]
    keys = [n for n, c in enumerate(columns) if c.key]
    given: dict[tuple[Any, ...], int] = {}
    for number in range(FIRST_ROW, sheet.max_row + 1):
        key = tuple(sheet.cell(number, n + 1).value for n in keys)
        if any(key):
            given[key] = number
    below = max(given.values(), default=FIRST_ROW - 1) + 1
    for row in rows:
        values = [_typed(c, row[c.name]) for c in columns]
        number = given.pop(tuple(values[n] for n in keys), 0)
        if not number:
            number, below = below, below + 1
        for place, value in enumerate(values, 1):
            if value is not None:
                sheet.cell(number, place).value = value
    for number in given.values():
        for place in range(1, sheet.max_column + 1):
            sheet.cell(number, place).value = None
    book.save(path)
