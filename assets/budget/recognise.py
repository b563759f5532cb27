"""Which published form and which year each table of a workbook is, or why it cannot be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assets.budget.forms import Form, form_of, kind_of
from assets.budget.split import split_tables
from data.period import Period
from data.period_text import find_period
from data.table import Reading, Table, UnreadableError
from data.vietnamese_text import fold

__all__ = ["Recognised", "form_tables", "recognise"]

_YEAR = re.compile(r"(?<![\d/.-])(?:19|20)\d{2}(?![\d/.-])")


@dataclass(frozen=True)
class Recognised:
    """A table with its form and year; where it is not to be taken for one, why not, in Vietnamese and English.

    doubt: what a reader should know although the table is taken (number and title disagree, title missing).
    """

    table: Table
    form: Form | None = None
    year: int | None = None
    refusal: tuple[str, str] | None = None
    doubt: tuple[str, str] | None = None

    @property
    def period(self) -> Period | None:
        """The year as a period."""
        return Period("year", self.year) if self.year is not None else None


def recognise(reading: Reading) -> tuple[Recognised, ...]:
    """Every table of a workbook with its form and year, in the order in which the file holds them.

    A workbook is of one year and mostly of one kind: a table that is silent about its own takes the others'; one that
    names another year is a leftover and refused.
    """
    tables = [part for table in reading.tables for part in split_tables(table)]
    tables.sort(key=lambda t: (_sheets(reading).index(t.sheet), t.rows[0] if t.frame.height else 0))
    years = [_year_of(table) for table in tables]
    kinds = Counter(k for t in tables if (k := kind_of(" ".join((*t.titles, *t.header)))) is not None)
    year = _most(Counter(y for y in years if y is not None))
    kind = _most(kinds)
    found = [_recognised(table, own, year, kind) for table, own in zip(tables, years, strict=True)]
    return tuple(_without_doubles(found))


def _sheets(reading: Reading) -> list[str]:
    return list(dict.fromkeys(table.sheet for table in reading.tables))


def _most(counted: Counter[int] | Counter[str]) -> int | str | None:
    ranked = counted.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _year_of(table: Table) -> int | None:
    """The year that a table's title names; else that of its header, where it names but one."""
    for title in table.titles:
        found = find_period(title)
        if found is not None and found.kind == "year":
            return found.year
    for lines in (table.titles, table.header):
        named = {int(y) for line in lines for y in _YEAR.findall(line) if " so " not in fold(line)}
        if len(named) == 1:
            return named.pop()
    return None


def _recognised(table: Table, own: int | None, year: int | str | None, kind: int | str | None) -> Recognised:
    taken = own if own is not None else (int(year) if year is not None else None)
    known = form_of(table.titles, table.header, str(kind) if kind else None, taken)
    if known is None:
        return Recognised(table, None, own, _unknown(table))
    form = known.form
    if table.hidden:
        return Recognised(table, form, own, ("trang ẩn, không phải bảng công bố", "a hidden sheet is not published"))
    if taken is None:
        return Recognised(
            table, form, None, ("bảng và tệp không ghi năm", "neither the table nor its file names a year")
        )
    if year is not None and own is not None and own != year:
        return Recognised(
            table, form, own,
            (f"bảng ghi năm {own}, các bảng khác của tệp ghi năm {year}: bảng sót lại",
             f"the table says {own}, the file's other tables {year}: a leftover"),
        )  # fmt: skip
    return Recognised(table, form, taken, None, _doubt(known.by, known.agrees, form, table, own, taken))


def _doubt(by: str, agrees: bool, form: Form, table: Table, own: int | None, year: int) -> tuple[str, str] | None:
    if not agrees:
        title = next((t.strip() for t in table.titles if len(t.split()) > 5), "")
        return (
            f"tên bảng “{title}” không phải tên của biểu {form.number} ({form.name})",
            f"the table's title “{title}” is not that of form {form.number} ({form.name})",
        )
    if by == "header":
        return (
            f"bảng không có tên và số biểu; nhận theo tiêu đề cột là biểu {form.number}",
            f"the table has neither title nor number; by its header it is form {form.number}",
        )
    if own is None:
        vi = f"bảng không ghi năm; lấy năm {year} của tệp"
        return vi, f"the table names no year; the file's year {year} is taken"
    return None


def _unknown(table: Table) -> tuple[str, str]:
    shown = next((t.strip() for t in table.titles if len(t.split()) > 3), "")
    if not shown:
        return "bảng không có tên và số biểu", "the table has neither a title nor a form number"
    return f"không nhận ra biểu nào từ “{shown}”", f"no form is known by “{shown}”"


def _without_doubles(found: Sequence[Recognised]) -> list[Recognised]:
    """Of two tables of one form and year in a file the longer counts; the other is refused with that reason."""
    best: dict[tuple[str, int], int] = {}
    for index, one in enumerate(found):
        if one.form is None or one.year is None or one.refusal is not None:
            continue
        key = (one.form.id, one.year)
        if key not in best or one.table.frame.height > found[best[key]].table.frame.height:
            best[key] = index
    kept = set(best.values())
    reason = (
        "tệp có hai bảng của cùng biểu và năm; lấy bảng dài hơn",
        "the file holds two tables of the same form and year; the longer one is taken",
    )
    return [
        one if index in kept or one.refusal is not None or one.form is None else replace(one, refusal=reason)
        for index, one in enumerate(found)
    ]


def form_tables(reading: Reading, forms: Sequence[str], period: Period) -> list[Recognised]:
    """Tables that are one of these forms and of this year. Raises UnreadableError where there is none, saying why."""
    found = recognise(reading)
    fitting = [r for r in found if r.form is not None and r.form.id in forms]
    taken = [r for r in fitting if r.refusal is None and r.period == period]
    if taken:
        return taken
    numbers = ", ".join(f.partition("-")[2] for f in forms)
    why = next((r.refusal for r in fitting if r.refusal is not None and r.period in (None, period)), None)
    seen = sorted({r.year for r in fitting if r.refusal is None and r.year is not None})
    if why is None and seen:
        years = ", ".join(map(str, seen))
        why = f"tệp có biểu này của năm {years}", f"the file holds it for {years}"
    vi, en = why or ("không bảng nào mang số hay tên biểu ấy", "no table bears its number or title")
    raise UnreadableError(
        "not_a_table",
        f"{reading.file}: không có biểu {numbers} năm {period.year}: {vi}",
        f"{reading.file}: no form {numbers} of {period.year}: {en}",
    )
