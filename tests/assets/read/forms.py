"""Budget forms drawn at random, each with the truth about where its table lies.

A form has titles with a unit of measure, a header of one to five rows with cells merged both ways, perhaps a row that
numbers the columns, records with a hierarchy in the STT column, its header again on each page, notes and signatures.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.assets.read.books import Cell, Merge

__all__ = ["Form", "draw_form"]

_MEASURES = ("Dự toán", "Quyết toán", "Tổng số", "Chi thường xuyên", "Vốn trong nước", "Thu nội địa", "So sánh (%)",
             "Chi khoa học và công nghệ", "Bổ sung cân đối", "Tương đối (%)", "Ước thực hiện năm 2019")  # fmt: skip
_GROUPS = ("Trong đó", "Bao gồm", "Chia ra", "Chương trình mục tiêu quốc gia", "Quyết định đầu tư", "Năm 2019")
_UNITS = ("Đơn vị: Triệu đồng", "ĐVT: Đồng", "Đơn vị tính: %", "Triệu đồng")
_ITEMS = ("Thu từ dầu thô", "Chi trả nợ lãi", "Dự phòng ngân sách", "Huyện Vạn Ninh", "Sở Y tế", "Bội chi NSĐP")
_TITLES = ("CÂN ĐỐI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2019", "(Dự toán đã được Hội đồng nhân dân quyết định)")
_NOTES = ("Ghi chú: số liệu ước thực hiện.", "(1) Chưa bao gồm số chi bổ sung cho cấp xã của các huyện")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass
class Form:
    """Rows of a sheet, its merges (from 0), and where the header and the data are (sheet rows, from 1)."""

    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    header: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    names: list[tuple[str, ...]] = field(default_factory=list)
    """The words over each column, from top to bottom."""
    unit: str | None = None


@dataclass
class _Name:
    text: str
    parts: list[_Name] = field(default_factory=list)

    @property
    def width(self) -> int:
        return sum(part.width for part in self.parts) or 1

    @property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)


def draw_form(seed: int) -> Form:
    """The form of a seed, always the same."""
    chance, form = random.Random(seed), Form()
    merged, depth = chance.random() < 0.8, chance.randint(1, 5)
    keys = [_Name("STT"), _Name(chance.choice(("Nội dung", "Chỉ tiêu", "Tên đơn vị")))]
    measures = [_draw_name(chance, depth), *(_draw_name(chance, chance.randint(1, depth)) for _ in range(2))]
    names = keys + measures
    width = sum(name.width for name in names)

    def line(**cells: Cell) -> int:
        row: list[Cell] = [None] * width
        for place, value in cells.items():
            row[int(place[1:])] = value
        form.rows.append(row)
        return len(form.rows)

    _draw_titles(chance, form, line, width, merged)
    _place_names(form, names, merged)
    numbering = _draw_numbering(chance, form, line, width)
    pages = chance.random() < 0.15
    if chance.random() < 0.4:
        form.data.append(line(c1="TỔNG SỐ", **{f"c{c}": chance.randint(1000, 10**7) for c in range(2, width)}))
    for place in range(chance.choice((1, 3, 8, 24))):
        figures = {f"c{c}": _draw_figure(chance) for c in range(2, width)}
        mark: Cell = chance.choice(("A", *_ROMAN[:3], place + 1, "-"))
        form.data.append(line(c0=mark, c1=chance.choice(("", "  ", "- ")) + chance.choice(_ITEMS), **figures))
        if pages and place % 8 == 7:
            _repeat_header(form, numbering)
    if form.data and all(value is None for value in form.rows[form.data[-1] - 1][2:]):
        form.rows[form.data[-1] - 1][2] = 1
    _draw_notes(chance, form, line, width)
    return form


def _draw_name(chance: random.Random, depth: int) -> _Name:
    if depth < 2:
        return _Name(chance.choice(_MEASURES))
    parts = [_draw_name(chance, depth - 1), _draw_name(chance, chance.randint(1, depth - 1))]
    parts[1].text += " khác"
    return _Name(chance.choice(_GROUPS), parts)


def _draw_figure(chance: random.Random) -> Cell:
    return chance.choice((None, 0, "-", chance.randint(1, 999), chance.randint(1000, 10**7), chance.random() * 200))


def _draw_titles(chance: random.Random, form: Form, line, width: int, merged: bool) -> None:  # type: ignore[no-untyped-def]
    line(**{"c0": "UBND TỈNH KHÁNH HÒA", f"c{width - 1}": f"Biểu số {chance.randint(46, 68)}/CK-NSNN"})
    for title in _TITLES[: chance.randint(1, 2)]:
        row = line(c0=title)
        if merged:
            form.merges.append((row - 1, 0, row - 1, width - 1))
    if chance.random() < 0.8:
        form.unit = chance.choice(_UNITS)
        line(**{f"c{width - chance.randint(1, 2)}": form.unit})
    if chance.random() < 0.2:
        line()


def _place_names(form: Form, names: list[_Name], merged: bool) -> None:
    top, depth = len(form.rows), max(name.depth for name in names)
    width = sum(name.width for name in names)
    form.rows += [[None] * width for _ in range(depth)]
    form.header = list(range(top + 1, top + depth + 1))

    def place(name: _Name, row: int, column: int, over: tuple[str, ...]) -> None:
        form.rows[row][column] = name.text
        if name.parts and merged:
            form.merges.append((row, column, row, column + name.width - 1))
        if not name.parts:
            form.names.append((*over, name.text))
            if merged and row < top + depth - 1:
                form.merges.append((row, column, top + depth - 1, column))
        for part in name.parts:
            place(part, row + 1, column, (*over, name.text))
            column += part.width

    at = 0
    for name in names:
        place(name, top, at, ())
        at += name.width


def _draw_numbering(chance: random.Random, form: Form, line, width: int) -> list[Cell] | None:  # type: ignore[no-untyped-def]
    kind = chance.choice((None, "plain", "brackets", "typed brackets", "formula", "hidden sum"))
    if kind is None:
        return None
    cells: dict[str, Cell] = {"c0": "A", "c1": "B"}
    for number, column in enumerate(range(2, width), 1):
        cells[f"c{column}"] = {"brackets": f"({number})", "typed brackets": -number}.get(kind, number)
        if kind == "formula" and number > 2:
            cells[f"c{column}"] = f"{number}={number - 1}/{number - 2}"
    if kind == "hidden sum" and width > 6:
        cells["c4"] = 4018247.25
    line(**cells)
    return form.rows[-1]


def _repeat_header(form: Form, numbering: list[Cell] | None) -> None:
    top, bottom = form.header[0] - 1, form.header[-1] - 1
    by = len(form.rows) - top
    form.rows += [list(row) for row in form.rows[top : bottom + 1]]
    form.merges += [(a + by, b, c + by, d) for a, b, c, d in form.merges if top <= a <= c <= bottom]
    if numbering:
        form.rows.append(list(numbering))


def _draw_notes(chance: random.Random, form: Form, line, width: int) -> None:  # type: ignore[no-untyped-def]
    if chance.random() < 0.4:
        line()
        for note in _NOTES[: chance.randint(1, 2)]:
            line(c1=note)
    if chance.random() < 0.4:
        last = f"c{width - 1}"
        line(**{last: "Khánh Hòa, ngày 5 tháng 4 năm 2019"})
        line(**{"c1": "NGƯỜI LẬP BIỂU", last: "GIÁM ĐỐC"})
        line()
        line(**{"c1": "Nguyễn Văn An", last: "Trần Thị Bình"})
