"""The quick lane: rows of a stretch that are plainly in order and break no rule are written as they will be kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from assets.bulk.columns import ColumnReader
from assets.bulk.source import Span
from assets.bulk.stretch import Stretch
from checks.clean import CleanPart
from checks.rule import CONTEXT_COLUMNS, Rule
from checks.staged import Context
from data.contract import Contract
from data.warehouse import literal, quoted

__all__ = ["TOTAL_LABEL", "Lane", "Odd"]

TOTAL_LABEL = r"(?i)^\W*(?:tổng|cộng|total|sub-?total|toàn)"
_ONLY_MARKS = re.compile(r"list_contains\(_marks, '[^']*'\)")
_KINDS: dict[str, type[pl.DataType]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


@dataclass(frozen=True)
class Odd:
    """Rows that the desk must look at: their texts (String columns c0, c1, …) and their numbers."""

    texts: pl.DataFrame
    rows: pl.Series


@dataclass(frozen=True)
class Lane:
    """How the stretches of one submission are gone through.

    readers: contract column → the text column (c0, c1, …) it stands in, and how it is read.
    rules: the row rules that hold for the columns the file has.
    """

    contract: Contract
    context: Context
    readers: dict[str, tuple[str, ColumnReader]]
    rules: Sequence[Rule]
    label_columns: tuple[str, ...]
    folder: Path

    def run(self, con: duckdb.DuckDBPyConnection, stretch: Stretch, span: Span, number: int) -> tuple[CleanPart, Odd]:
        """Write the clean rows of one stretch as Parquet, in the columns of the staging table; give back the others.

        `con` holds `reference.*`; its threads may be one, as stretches run beside each other.
        """
        typed, odd = self._typed(stretch)
        odd[self._broken(con, typed).to_numpy()] = True
        blank = self._blank(stretch.texts)
        flags = pl.Series("odd", odd)
        clean = typed.filter(~flags & ~blank) if blank is not None else typed.filter(~flags)
        path = self.folder / f"{number:05}.parquet"
        clean.drop("_place").with_columns(self._constants).select(self._order).write_parquet(
            path, compression="snappy", statistics=True
        )
        rows = clean["_row"]
        part = CleanPart(
            path,
            clean.height,
            int(rows[0]) if clean.height else 0,
            int(rows[-1]) if clean.height else 0,
            int(stretch.rows[0]) if len(stretch.rows) else 0,
            span.start,
            span.stop,
        )
        kept = flags & ~blank if blank is not None else flags
        return part, self._odd(stretch, kept)

    def _typed(self, stretch: Stretch) -> tuple[pl.DataFrame, npt.NDArray[np.bool_]]:
        odd = np.zeros(stretch.texts.height, dtype=bool)
        columns: list[pl.Series] = []
        for column in self.contract.columns:
            if column.name not in self.readers:
                columns.append(pl.Series(column.name, [], dtype=_kind(column.type)).extend_constant(None, len(odd)))
                continue
            name, reader = self.readers[column.name]
            typed = reader.read(stretch.texts[name])
            columns.append(typed.values.alias(column.name))
            odd[typed.odd.to_numpy()] = True
        for name in self.label_columns:
            odd[stretch.texts[name].str.contains(TOTAL_LABEL).arg_true().to_numpy()] = True
        places = pl.int_range(len(odd), dtype=pl.UInt32, eager=True).alias("_place")
        return pl.DataFrame([*columns, stretch.rows.cast(pl.Int64).alias("_row"), places]), odd

    def _broken(self, con: duckdb.DuckDBPyConnection, typed: pl.DataFrame) -> pl.Series:
        """Places of the rows that break any row rule."""
        tests = " OR ".join(f"({rule.violation})" for rule in self._tests if self._may_fail(rule, typed))
        if not tests:
            return pl.Series([], dtype=pl.UInt32)
        con.register("_stretch", typed)
        try:
            return con.execute(f"SELECT _place FROM (SELECT *, {self._context_sql} FROM _stretch) WHERE {tests}").pl()[
                "_place"
            ]
        finally:
            con.unregister("_stretch")

    @cached_property
    def _tests(self) -> list[Rule]:
        # Clean rows carry no marks, so a rule that asks for nothing else cannot fail on one.
        return [rule for rule in self.rules if rule.violation and not _ONLY_MARKS.fullmatch(rule.violation)]

    def _may_fail(self, rule: Rule, typed: pl.DataFrame) -> bool:
        """Whether the rule is worth asking: a column without a gap lacks nothing, one looked up has only its codes."""
        if not rule.derived or rule.column not in self.readers:
            return True
        reader = self.readers[rule.column][1]
        if rule.id.endswith(".required"):
            return typed[rule.column].null_count() > 0
        return not (rule.id.endswith(".enum") and reader.words)

    @cached_property
    def _context_values(self) -> dict[str, object]:
        context = self.context
        return {
            "_submission_id": context.submission_id,
            "_sheet": "",
            "row_role": "detail",
            "_reporter": context.reporter,
            "_period": str(context.period),
            "_period_start": context.period_start,
            "_period_end": context.period_end,
            "_period_days": (context.period_end - context.period_start).days + 1,
            "_received_on": context.received_on,
        }

    @cached_property
    def _context_sql(self) -> str:
        values = ", ".join(
            f"CAST({literal(str(value))} AS {CONTEXT_COLUMNS[name]}) AS {quoted(name)}"
            for name, value in self._context_values.items()
        )
        return f"{values}, []::VARCHAR[] AS _marks"

    @cached_property
    def _constants(self) -> list[pl.Expr]:
        # A constant text is an enumeration of one: its Parquet column is then written without looking at each row.
        kinds: dict[str, pl.DataType | type[pl.DataType]] = {"_submission_id": pl.Int64, "_period_days": pl.Int32}
        kinds |= {name: pl.Enum([value]) for name, value in self._context_values.items() if isinstance(value, str)}
        values = [pl.lit(value, kinds.get(name)).alias(name) for name, value in self._context_values.items()]
        none = pl.lit([], pl.List(pl.String))
        return [*values, none.alias("_marks"), none.alias("_failed")]

    @cached_property
    def _order(self) -> list[str]:
        return [*(c.name for c in self.contract.columns), *CONTEXT_COLUMNS, "_failed"]

    def _blank(self, texts: pl.DataFrame) -> pl.Series | None:
        """Rows that hold nothing at all, where there are any."""
        if any(not texts[name].null_count() for name in texts.columns):
            return None
        blank = texts.select(pl.all_horizontal(pl.all().is_null())).to_series()
        return blank if blank.any() else None

    def _odd(self, stretch: Stretch, flags: pl.Series) -> Odd:
        kept = stretch.texts.filter(flags)
        # Text picked out of a column shares that column's memory; some rows would hold on to the whole stretch.
        texts = pl.DataFrame([pl.Series(s.name, s.to_list(), dtype=pl.String) for s in kept])
        rows = stretch.rows.filter(flags)
        if stretch.others:
            more = pl.DataFrame(
                [cells for _, cells in stretch.others], schema=dict.fromkeys(texts.columns, pl.String), orient="row"
            ).select(pl.when(pl.all() != "").then(pl.all()))
            texts = pl.concat([texts, more])
            rows = pl.concat([rows, pl.Series([number for number, _ in stretch.others], dtype=pl.UInt32)])
        return Odd(texts, rows)


def _kind(logical: str) -> pl.DataType | type[pl.DataType]:
    return pl.Datetime("us") if logical == "timestamp" else _KINDS[logical]
