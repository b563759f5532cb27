"""Columns of text brought into their types at once, and which of their cells are not plainly in order.

Only forms that the desk (assets.staging) would take without a word are taken here, and to the same values; a test
holds the two together. All else is given back for the desk to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from assets.canonical import EMPTY, NumberStyle, canonical_boolean, canonical_enum, number_style
from data.contract import Column
from data.text_in_order import NEEDS_LOOK
from data.unit_resolver import get_resolver
from data.vietnamese_text import repair_text

__all__ = ["ColumnReader", "Typed", "column_reader"]

_DOT_GROUPS = r"^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$"
_COMMA_GROUPS = r"^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
_MOMENTS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M")
_MOST_WORDS = 20_000
"""New texts of one stretch that are looked up by name; a column with more has no list to speak of."""


@dataclass(frozen=True)
class Typed:
    """A column in its type, and the places (from 0) of cells that the desk must look at."""

    values: pl.Series
    odd: pl.Series


@dataclass
class ColumnReader:
    """How one column is read. `style` is what its separators mean, for numbers."""

    column: Column
    style: NumberStyle = field(default_factory=NumberStyle)
    form: str = ""
    """Of its dates, as polars writes it."""
    look: str = ""
    """Expression for texts that call for a look beside those that always do: the column is typed in an old font."""
    repeats: bool = False
    """Its texts come again and again, so that each is looked at once."""
    words: dict[str, str | bool | None] = field(default_factory=dict)
    """Texts that are plainly an entry of its list, with the entry's code."""
    unknown: set[str] = field(default_factory=set)
    commas_seen: bool = False
    dots_seen: bool = False

    def read(self, text: pl.Series) -> Typed:
        """Bring a String series into the column's type."""
        match self.column.type:
            case "integer" | "number":
                return self._odd_where_lost(text, self._numbers(text))
            case "date" | "timestamp":
                return self._odd_where_lost(text, self._dates(text))
            case "boolean":
                return self._looked_up(text)
            case _ if self.column.enum or self.column.resolves_unit:
                return self._looked_up(text)
            case _:
                return self._texts(text)

    def _odd_where_lost(self, text: pl.Series, values: pl.Series) -> Typed:
        """Cells that hold something and gave no value are odd, but for the signs that stand for nothing."""
        if values.null_count() == text.null_count():
            return Typed(values, _NONE)
        lost = (values.is_null() & text.is_not_null()).arg_true()
        return Typed(values, lost.filter(~text.gather(lost).is_in(_EMPTY)))

    def _numbers(self, text: pl.Series) -> pl.Series:
        if self.column.type == "integer":
            values = text.cast(pl.Int64, strict=False)
            return (
                values if values.null_count() == text.null_count() else self._plain(text).cast(pl.Int64, strict=False)
            )
        values = self._plain(text).cast(pl.Float64, strict=False)
        return values if values.is_finite().all() else values.set(~values.is_finite(), None)

    def _plain(self, text: pl.Series) -> pl.Series:
        """Numbers without signs between thousands and with a point before decimals."""
        if self.style.commas:
            commas = text.str.contains(",", literal=True)
            if not commas.any():
                return text
            bare = text.str.replace_all(",", "", literal=True)
            return pl.select(pl.when(text.str.contains(_COMMA_GROUPS)).then(bare).when(~commas).then(text)).to_series()
        dots = text.str.contains(".", literal=True).any()
        if dots and self.style.dots:
            bare = text.str.replace_all(".", "", literal=True)
            text = pl.select(pl.when(text.str.contains(_DOT_GROUPS)).then(bare).otherwise(text)).to_series()
        self.dots_seen |= dots
        self.commas_seen = self.commas_seen or text.str.contains(",", literal=True).any()
        return text.str.replace(",", ".", literal=True) if self.commas_seen else text

    def _dates(self, text: pl.Series) -> pl.Series:
        if self.column.type == "date":
            values: pl.Series = text.str.to_date(self.form, strict=False)
        else:
            values = text.str.to_datetime(self.form, time_unit="us", strict=False)
        # A year of two digits is of this century for the desk, and of the first one for the parser.
        old = values.dt.year() < 1000
        return values.set(old, None) if old.any() else values

    def _looked_up(self, text: pl.Series) -> Typed:
        kind = pl.Boolean if self.column.type == "boolean" else pl.String
        new = [word for word in text.drop_nulls().unique() if word not in self.words and word not in self.unknown]
        for word in new[:_MOST_WORDS]:
            self._learn(word)
        if not self.words:
            return self._odd_where_lost(text, pl.Series([None] * len(text), dtype=kind))
        values = text.replace_strict(list(self.words), list(self.words.values()), default=None, return_dtype=kind)
        if not self.unknown and len(new) <= _MOST_WORDS and None not in self.words.values():
            return Typed(values, _NONE)
        strange = text.is_not_null() & ~text.is_in(list(self.words))
        return Typed(values, strange.arg_true())

    def _learn(self, word: str) -> None:
        """Take a word into the list where it is an entry written in good form."""
        if repair_text(word)[0] == word:
            found, code = self._entry(word)
            if found:
                self.words[word] = code
                return
        self.unknown.add(word)

    def _entry(self, word: str) -> tuple[bool, str | bool | None]:
        if self.column.type == "boolean":
            value = canonical_boolean(word).value
            return value in ("true", "false", None), None if value is None else value == "true"
        if self.column.enum:
            code = canonical_enum(word, self.column)[0].value
            return code in {e.value for e in self.column.enum}, code
        kind = "commune" if self.column.reference == "communes.code" else "unit"
        match = get_resolver(self._province).resolve(word, kind=kind)  # type: ignore[arg-type]
        return match.how in {"exact", "normalised"} and match.code is not None, match.code

    @property
    def _province(self) -> str:
        from data.settings import settings

        return settings().province

    def _texts(self, text: pl.Series) -> Typed:
        if not self.repeats:
            return Typed(text, self._needs_look(text).arg_true())
        words = text.unique()
        strange = words.filter(self._needs_look(words))
        return Typed(text, text.is_in(strange.implode()).arg_true() if len(strange) else _NONE)

    def _needs_look(self, text: pl.Series) -> pl.Series:
        look = text.str.contains(NEEDS_LOOK)
        return look | text.str.contains(self.look) if self.look else look


_EMPTY = sorted(EMPTY)
_NONE = pl.Series([], dtype=pl.UInt32)


def column_reader(column: Column, sample: Iterable[str], *, look: str = "", repeats: bool = False) -> ColumnReader:
    """How a column is to be read, by the texts of a sample of it."""
    texts = [text for text in sample if text]
    reader = ColumnReader(column, look=look, repeats=repeats)
    if column.type in ("integer", "number"):
        reader.style = number_style(texts, whole=column.type == "integer", typed=False)
    elif column.type in ("date", "timestamp"):
        reader.form = _usual_form(texts, moment=column.type == "timestamp")
    return reader


def _usual_form(texts: list[str], *, moment: bool) -> str:
    """The form that reads most of the dates as the desk would."""
    series = pl.Series("text", texts, dtype=pl.String)
    forms = _MOMENTS if moment else _DAYS
    parse = partial(series.str.to_datetime, time_unit="us") if moment else series.str.to_date
    return max(forms, key=lambda form: len(texts) - parse(form, strict=False).null_count() if texts else 0)
