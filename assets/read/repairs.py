"""Lists the values of a table that can be brought into good form, without changing them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import polars as pl

from assets.read.grid import Grid
from assets.read.values import clear_number, iso_date
from data.table import Repair, Table

__all__ = ["find_repairs"]

# Only texts that can need a repair are looked at one by one.
_SUSPECT = re.compile(r"[^\x00-\x7f]|^\s|\s$|[ \t]{2}|\t")
_MORE_THAN_NUMBER = re.compile(r"[^0-9.,-]")
_VIQR_MARKS = re.compile(r"[aeiouy][\^(+*]?['`?~.]|[aeo][\^(+]|\bdd", re.IGNORECASE)
_WORD = re.compile("[a-z]{2}")
_SHORT = 5000


def find_repairs(table: Table, grid: Grid) -> tuple[Repair, ...]:
    """Repairs that the values of a table's rows call for, row by row from left to right.

    Text: its Unicode form, tone placement, legacy fonts, double encoding, stray spaces (data.vietnamese_text says
    what each is). In a format with types also numbers and dates that stand as text in a column of numbers or dates.
    Each distinct text is judged once. A value with two kinds of repair gives two entries.
    """
    found = [*_text_repairs(table), *(_type_repairs(table, grid) if table.typed else ())]
    return tuple(sorted(found, key=lambda repair: (repair.row, repair.column)))


def _text_repairs(table: Table) -> Iterator[Repair]:
    words = [_words(table.frame.to_series(place)) for place in range(table.frame.width)]
    viqr = _viqr_texts(words)
    for place, texts in enumerate(words):
        changed = _changed([text for text in texts if _SUSPECT.search(text)], viqr)
        if changed:
            yield from _entries(table, place, changed)


def _words(series: pl.Series) -> list[str]:
    """Distinct values of a column that are more than a plain number."""
    if len(series) < _SHORT:
        return list(dict.fromkeys(text for text in series.to_list() if text and _MORE_THAN_NUMBER.search(text)))
    return series.filter(series.str.contains(_MORE_THAN_NUMBER.pattern).fill_null(False)).unique().to_list()


def _changed(texts: list[str], viqr: dict[str, str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    from data.vietnamese_text import detect_legacy, repair_text, to_unicode

    changed: dict[str, tuple[str, tuple[str, ...]]] = {}
    high = [text for text in texts if not text.isascii()]
    # A column that also has letters which no legacy font has (ư, ạ …) is not typed in one throughout.
    modern_letters = any(letter > "\xff" and letter.isalpha() for text in high for letter in text)
    legacy = detect_legacy(high) if high and not modern_letters else None
    for text in texts:
        after, kinds = repair_text(text)
        if legacy and "legacy_font" not in kinds and "double_encoded" not in kinds and not text.isascii():
            modern = to_unicode(text, legacy)
            if modern != text:
                after, more = repair_text(modern)
                kinds = ("legacy_font", *more)
        if after != text:
            changed[text] = after, kinds
    for text, after in viqr.items():
        changed.setdefault(text, (after, ("legacy_font",)))
    return changed


def _viqr_texts(columns: Iterable[list[str]]) -> dict[str, str]:
    """Texts of a table that are typed in VIQR (Khanh Ho`a), with what they stand for; the whole table decides."""
    texts = [text for column in columns for text in column if _VIQR_MARKS.search(text) and _WORD.search(text)]
    if not texts:
        return {}
    from data.vietnamese_text import detect_legacy, to_unicode

    if detect_legacy(texts) != "viqr":
        return {}
    return {text: after for text in texts if (after := to_unicode(text, "viqr")) != text}


def _entries(table: Table, place: int, changed: dict[str, tuple[str, tuple[str, ...]]]) -> Iterator[Repair]:
    series = table.frame.to_series(place)
    if len(series) < _SHORT:
        hits = [row for row, text in enumerate(series.to_list()) if text in changed]
    else:
        hits = series.is_in(list(changed)).fill_null(False).arg_true().to_list()
    for row in hits:
        before = series[row]
        after, kinds = changed[before]
        for kind in kinds:
            yield Repair(table.rows[row], table.columns[place], before, after, kind)


def _type_repairs(table: Table, grid: Grid) -> Iterator[Repair]:
    kinds = _kinds_by_row(grid)
    numbers = table.rows.to_list()
    for place, column in enumerate(table.columns):
        at = column - grid.first_column
        letters = "".join(kinds[number][at] for number in numbers if number in kinds)
        for text_kind, true_kind, reading, repair in (
            ("n", "N", clear_number, "number_as_text"),
            ("d", "D", iso_date, "date_as_text"),
        ):
            if text_kind not in letters or letters.count(true_kind) <= _others(letters, true_kind):
                continue
            yield from _misplaced(table, kinds, place, at, text_kind, reading, repair)


def _others(letters: str, kind: str) -> int:
    return sum(letters.count(other) for other in "TnNdDBE" if other != kind)


def _misplaced(
    table: Table,
    kinds: dict[int, str],
    place: int,
    at: int,
    text_kind: str,
    reading: Callable[[str], str | None],
    repair: str,
) -> Iterator[Repair]:
    values = table.frame.to_series(place)
    for position, number in enumerate(table.rows):
        if number in kinds and kinds[number][at] == text_kind:
            before = values[position]
            after = reading(before)
            if after is not None:
                yield Repair(number, table.columns[place], before, after, repair)


def _kinds_by_row(grid: Grid) -> dict[int, str]:
    """Kinds of each row by the sheet's row number, the rows of the body included where they are known."""
    found = dict(zip(grid.row_numbers, grid.kinds, strict=True))
    if grid.body is not None and grid.body_kinds and grid.body_at:
        start = grid.row_numbers[grid.body_at - 1] + 1
        found.update(zip(range(start, start + len(grid.body_kinds)), grid.body_kinds, strict=True))
    return found
