"""The template's sheet of instructions: how to fill it in, every column, the rules it is judged by, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assets.template.cells import Looks, heading
from assets.template.registers import Choice
from assets.template.words import hint, spoken_rule, words
from checks.compile import compile_rules
from data.contract import Column, Contract

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

__all__ = ["write_guide"]

_WIDTHS = (38, 26, 60, 70)


def write_guide(
    book: Workbook, looks: Looks, contract: Contract, columns: Sequence[Column], choices: Mapping[str, Sequence[Choice]]
) -> None:
    """Add the sheet. `choices`: column → what its drop-down offers."""
    said = words()
    sheet = book.add_worksheet(said["guide"])
    sheet.hide_gridlines(2)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    strong, head = looks.look(bold=True, font_size=12), looks.look(bold=True, bg_color="#DDE6EE", border=4)
    plain = looks.look(text_wrap=True, valign="top")
    row = 0

    def block(title: str, names: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        nonlocal row
        sheet.write_string(row, 0, title, strong)
        row += 1
        for cells, look in [*([(names, head)] if names else []), *((line, plain) for line in lines)]:
            sheet.set_row(row, _height(cells))
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text, look)
            row += 1
        row += 1

    for number, step in enumerate(said["steps"], 1):
        if number == 1:
            sheet.write_string(row, 0, said["steps_title"], strong)
            row += 1
        text = step.format(sheet=said["sheet"], grain=contract.grain)
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, f"{number}. {text}".strip(), plain)
        row += 1
    row += 1
    block(said["columns_title"], said["columns_head"], [_about(c) for c in columns])
    block(said["rules_title"], said["rules_head"], _rules(contract))
    for column in columns:
        named = [(c.shown, c.name) for c in choices.get(column.name, ()) if c.name]
        if named:
            block(said["registers_title"].format(title=column.title), said["registers_head"], named)
    block(said["ask_title"], (), [])
    sheet.merge_range(row - 1, 0, row - 1, len(_WIDTHS) - 1, said["ask"].format(owner=contract.owner_name), plain)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _height(cells: Sequence[str]) -> float:
    """Points for as many lines as the longest text takes: not every program fits a row's height by itself."""
    lines = max((len(text) // width + 1 for text, width in zip(cells, _WIDTHS, strict=False)), default=1)
    return 13.5 * lines


def _about(column: Column) -> tuple[str, str, str, str]:
    said = words()
    notes = [column.description, said["key"] if column.key else "", said["personal"] if column.personal else ""]
    shown = hint(column)
    return (
        heading(column),
        said["required"] if column.required else said["optional"],
        shown[:1].upper() + shown[1:],
        ". ".join(note.strip().rstrip(".") for note in notes if note),
    )


def _rules(contract: Contract) -> list[tuple[str, str, str]]:
    """The contract's own rules; those that follow from a column stand with the column."""
    severities = words()["severities"]
    return [
        (rule.name, severities[rule.severity], spoken_rule(rule.message_vi))
        for rule in compile_rules(contract)
        if not rule.derived
    ]
