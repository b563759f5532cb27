"""Columns of a large sheet: their values as text, and the kind of each cell where a column mixes kinds."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from assets.read.grid import BLANK, DATE, NUMBER, TEXT
from assets.read.typed_text import as_text, kind_of
from assets.read.values import looks_like

__all__ = ["Columns", "OddBodyCells"]

OddBodyCells = Mapping[tuple[int, int], tuple[str, str]]
"""Text and kind of single cells by sheet row and column."""

_LIKE_A_NUMBER = r"^\s*[-+−(]?\s*[.,]?\d"
_MOMENT = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$"


class Columns:
    """The rows of a sheet from one to another, as columns.

    texts: values as the reader gives them, one String column a sheet column from `left` (from 1) on.
    kinds: one letter for all filled cells of a column, or a letter a row where it mixes kinds.
    """

    def __init__(self, raw: bytes, title: str, first: int) -> None:
        """Parse a workbook's sheet from its row `first` on (from 1): what takes the time, and frees other threads."""
        import fastexcel

        logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every column that is empty
        sheet = fastexcel.read_excel(raw).load_sheet(
            title, header_row=None, skip_rows=first - 1, schema_sample_rows=None
        )
        self.first = first
        self.left = min((column.absolute_index for column in sheet.selected_columns), default=0) + 1
        self._frame = sheet.to_polars()
        self.texts: list[pl.Series] = []
        self.kinds: list[str | pl.Series] = []

    def until(self, last: int) -> None:
        """Keep the rows up to one, which may be beyond the last that holds a value, and make them text."""
        height = last - self.first + 1
        self._frame = self._frame.head(height)
        missing = height - self._frame.height
        filled = [series.null_count() < len(series) for series in self._frame.iter_columns()]
        self.kinds = [kind_of(k) if some else BLANK for k, some in zip(self._frame.dtypes, filled, strict=True)]
        with ThreadPoolExecutor() as pool:
            texts = list(pool.map(as_text, self._frame.iter_columns()))
        self.texts = [series.extend_constant(None, missing) if missing else series for series in texts]
        self._frame = pl.DataFrame()

    def doubtful(self) -> list[int]:
        """Places of the columns of text in which some values may be stored as numbers or dates."""
        return [
            place
            for place, series in enumerate(self.texts)
            if self.kinds[place] == TEXT and series.str.contains(_LIKE_A_NUMBER).any()
        ]

    def tell_apart(self, place: int, text_rows: array[int]) -> None:
        """Say which cells of a column are text, given the sheet's rows of its cells of text."""
        series = self.texts[place]
        at = pl.Series(text_rows, dtype=pl.Int64) - self.first
        at = at.filter((at >= 0) & (at < len(series)))
        filled = series.is_not_null()
        stands = pl.Series([False]).new_from_index(0, len(series)).scatter(at, True) & filled
        if stands.sum() == filled.sum():
            return
        moments = (series.str.contains(_MOMENT) & ~stands).fill_null(False)
        days = series.str.strip_suffix(" 00:00:00").str.replace(" ", "T", literal=True)
        self.texts[place] = series = days.zip_with(moments, series)
        looks = series.filter(stands).unique().to_list()
        kinds = series.replace_strict(looks, [looks_like(t) for t in looks], default=NUMBER, return_dtype=pl.String)
        numbers = _repeated(NUMBER, len(series))
        kinds = _repeated(DATE, len(series)).zip_with(moments, kinds.zip_with(stands, numbers))
        self.kinds[place] = kinds.zip_with(filled, _repeated(BLANK, len(series)))

    def put(self, odd: OddBodyCells) -> None:
        """Put single cells right."""
        changes: dict[int, list[tuple[int, str, str]]] = {}
        for (row, column), (text, kind) in odd.items():
            place, position = column - self.left, row - self.first
            if 0 <= place < len(self.texts) and 0 <= position < len(self.texts[place]):
                changes.setdefault(place, []).append((position, text, kind))
        for place, cells in changes.items():
            at, texts, letters = (list(values) for values in zip(*cells, strict=True))
            known = self.kinds[place]
            if not (isinstance(known, str) and set(letters) == {known}):
                all_kinds = known if isinstance(known, pl.Series) else _spread(known, self.texts[place])
                self.kinds[place] = all_kinds.scatter(at, letters)
            self.texts[place] = self.texts[place].scatter(at, texts)


def _repeated(letter: str, height: int) -> pl.Series:
    return pl.Series([letter]).new_from_index(0, height)


def _spread(letter: str, values: pl.Series) -> pl.Series:
    return _repeated(letter, len(values)).zip_with(values.is_not_null(), _repeated(BLANK, len(values)))
