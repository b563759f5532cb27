"""How a unit lays its sheet out: titles, header rows, numbering, totals, notes; habits that stay with the unit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.demo.recipe import Recipe
from assets.demo.sheet import DemoRow, Document, Sheet, Value
from data.contract import Column, Contract
from data.period import Period

__all__ = ["Placed", "Style", "lay_out", "style_of"]

_FORMATS: tuple[tuple[str, float], ...] = (
    ("xlsx", 62), ("csv:utf-8-sig", 12), ("csv:utf-8", 5), ("csv:utf-16", 3), ("csv:cp1258", 3), ("csv:tcvn3", 2),
    ("xls", 7), ("ods", 1.5), ("zip:csv", 3),
)  # fmt: skip
_MODERN = frozenset({"xlsx", "xls", "ods", "csv:utf-8-sig", "csv:utf-8", "csv:utf-16", "zip:csv"})
"""Forms that can hold any letter."""
_SHEET_NAMES = ("Báo cáo", "Sheet1", "Biểu 01", "Số liệu", "Biểu tổng hợp")


@dataclass(frozen=True)
class Style:
    """Habits of one unit for one dataset."""

    form: str
    numbered: bool
    """A column “STT” before the table."""
    numbering_row: bool
    titles: int
    """0: the header stands first; 1: one title line; 2: letterhead, title, period."""
    group: tuple[str, tuple[str, ...]] | None
    totals: bool
    signed: bool
    spare_column: bool
    extra_sheet: bool
    headers: tuple[tuple[str, str], ...]
    """Column name → header text."""
    sheet: str
    names: str
    """How units are named in cells: name, code or upper."""
    delimiter: str
    decimal_comma: bool
    dirt: tuple[str, ...] = ()
    """What is wrong with the unit's typing in every row: stray_spaces, unicode_form, fuzzy (its own name misspelt)."""


@dataclass(frozen=True)
class Placed:
    """Where everything ended up: sheet rows from 1, sheet columns from 1."""

    document: Document
    rows: tuple[int, ...]
    columns: dict[str, int]
    total: tuple[int, int, str | None] | None = None
    """Sheet row and column of the total row's label, and the contract column that the label stands in."""


def style_of(contract: Contract, recipe: Recipe, reporter: str, seed: int) -> Style:
    """The habits of a unit: drawn once from the seed, the same in every period."""
    chance = random.Random(f"{seed}:style:{contract.id}:{reporter}")
    formats = recipe.habits.formats or _FORMATS
    form = chance.choices([f for f, _ in formats], [w for _, w in formats])[0]
    group = None
    if recipe.habits.groups and chance.random() < 0.5 and not form.startswith(("csv", "zip")):
        group = chance.choice(recipe.habits.groups)
    return Style(
        form=form,
        numbered=chance.random() < 0.75,
        numbering_row=group is not None and chance.random() < 0.5,
        titles=chance.choices((0, 1, 2), (2, 1, 7))[0] if not form.startswith(("csv", "zip")) else 0,
        group=group,
        totals=recipe.habits.totals and chance.random() < 0.6,
        signed=chance.random() < 0.7,
        spare_column=chance.random() < 0.12,
        extra_sheet=chance.random() < 0.12,
        headers=tuple((c.name, _header(c, chance)) for c in contract.columns),
        sheet=chance.choice(_SHEET_NAMES),
        names=chance.choices(("name", "upper", "code"), (8, 1, 1))[0],
        delimiter=chance.choice((";", ";", ",", "\t")),
        decimal_comma=chance.random() < 0.6,
        dirt=_dirt(form, chance, 0.42 if reporter.isdigit() else 0.12),
    )


def _dirt(form: str, chance: random.Random, share: float) -> tuple[str, ...]:
    drawn, kinds = chance.random(), (("stray_spaces",), ("unicode_form",), ("stray_spaces", "unicode_form"), ("fuzzy",))
    chosen = chance.choices(kinds, (4, 3, 2, 2))[0]
    return chosen if drawn < share and form in _MODERN else ()


def _header(column: Column, chance: random.Random) -> str:
    text = column.title if chance.random() < 0.75 or not column.synonyms else chance.choice(column.synonyms)
    if column.unit and "(" not in text and chance.random() < 0.3:
        text = f"{text} ({column.unit})"
    return text


def lay_out(
    contract: Contract, recipe: Recipe, style: Style, rows: list[DemoRow], period: Period, unit_name: str, sent: date,
    left_out: frozenset[str] = frozenset(),
) -> Placed:  # fmt: skip
    """Put the rows on a sheet in the unit's way. `left_out` names columns that the sender forgot."""
    sheet = Sheet(style.sheet)
    columns = [c for c in contract.columns if c.name not in left_out]
    first = (1 if style.numbered else 0) + (1 if style.spare_column else 0)
    positions = {c.name: first + i for i, c in enumerate(columns)}
    width = first + len(columns)
    _titles(sheet, contract, recipe, style, period, unit_name, width)
    _header_rows(sheet, style, columns, positions, width, style.numbering_row and len(rows) > 2)
    placed = []
    for number, row in enumerate(rows, 1):
        cells: list[Value] = [None] * width
        if style.numbered:
            cells[first - 1] = number
        for column in columns:
            cells[positions[column.name]] = row.raw.get(column.name, row.values.get(column.name))
        placed.append(sheet.add(*cells) + 1)
    total = _total_row(sheet, style, columns, positions, rows, width) if style.totals and len(rows) > 2 else None
    _foot(sheet, style, sent, width)
    sheets = [sheet]
    if style.extra_sheet and not style.form.startswith(("csv", "zip")):
        notes = Sheet("Ghi chú", hidden=True)
        notes.add("Danh sách đơn vị tổng hợp")
        notes.add("Số liệu do bộ phận tổng hợp cung cấp, chưa kiểm tra")
        sheets.append(notes)
    return Placed(Document(sheets, sheet), tuple(placed), {n: p + 1 for n, p in positions.items()}, total)


def _titles(
    sheet: Sheet, contract: Contract, recipe: Recipe, style: Style, period: Period, unit_name: str, width: int
) -> None:
    if style.titles == 0:
        return
    words = recipe.habits.title or contract.title
    if style.titles == 2:
        right = max(2, width // 2 + 1)
        sheet.add(unit_name.upper(), *[None] * (right - 1), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        sheet.add(None, *[None] * (right - 1), "Độc lập - Tự do - Hạnh phúc")
        sheet.add()
    line = sheet.add(f"BÁO CÁO {words.upper()}")
    sheet.merges.append((line, 0, line, width - 1))
    line = sheet.add(period.label_vi[:1].upper() + period.label_vi[1:])
    sheet.merges.append((line, 0, line, width - 1))
    if style.titles == 2 and recipe.habits.corner_unit:
        sheet.add(*[None] * (width - 2), f"Đơn vị tính: {recipe.habits.corner_unit}")
    else:
        sheet.add()


def _header_rows(
    sheet: Sheet, style: Style, columns: list[Column], positions: dict[str, int], width: int, numbered: bool
) -> None:
    texts = dict(style.headers)
    top: list[Value] = [None] * width
    if style.numbered:
        top[positions[columns[0].name] - 1] = "STT"
    for column in columns:
        top[positions[column.name]] = texts[column.name]
    members = [positions[n] for n in style.group[1] if n in positions] if style.group else []
    if style.group is None or len(members) < 2 or members != list(range(members[0], members[-1] + 1)):
        sheet.add(*top)
    else:
        below: list[Value] = [None] * width
        for position in members:
            below[position], top[position] = top[position], None
        top[members[0]] = style.group[0]
        first = sheet.add(*top)
        sheet.add(*below)
        sheet.merges.append((first, members[0], first, members[-1]))
        for position in range(width):
            if top[position] is not None and position not in members:
                sheet.merges.append((first, position, first + 1, position))
    if numbered:
        start = positions[columns[0].name] - (1 if style.numbered else 0)
        sheet.add(*[None] * start, *range(1, width - start + 1))


def _total_row(
    sheet: Sheet, style: Style, columns: list[Column], positions: dict[str, int], rows: list[DemoRow], width: int
) -> tuple[int, int, str | None] | None:
    summed = [c for c in columns if c.measure in {"flow", "stock", "cumulative"}]
    if not summed:
        return None
    cells: list[Value] = [None] * width
    for column in summed:
        numbers = [row.values.get(column.name) for row in rows]
        given: list[Any] = [n for n in numbers if isinstance(n, int | float)]
        cells[positions[column.name]] = round(sum(given), 2)
    label_at = positions[columns[0].name] - (1 if style.numbered else 0)
    cells[label_at] = "Tổng cộng"
    line = sheet.add(*cells)
    name = next((n for n, p in positions.items() if p == label_at), None)
    return line + 1, label_at + 1, name


def _foot(sheet: Sheet, style: Style, sent: date, width: int) -> None:
    if style.form.startswith(("csv", "zip")) or not style.signed:
        return
    sheet.add()
    right = max(1, width - 3)
    sheet.add(*[None] * right, f"Ngày {sent.day} tháng {sent.month} năm {sent.year}")
    sheet.add("NGƯỜI LẬP BIỂU", *[None] * (right - 1), "THỦ TRƯỞNG ĐƠN VỊ")
    sheet.add(*[None] * right, "(Ký, đóng dấu)")
