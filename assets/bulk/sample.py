"""What the ends of a large text and places spread over it tell: its table, its columns, and the desk's part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from assets.bulk.lane import TOTAL_LABEL, Odd
from assets.bulk.source import Source
from assets.bulk.stretch import Layout
from assets.mapping import Mapping, choose_table
from assets.read.grid import Grid
from assets.read.large_text import kinds_of
from assets.read.repairs import find_repairs
from assets.read.settle import settle_record, usual_kinds
from assets.read.shape import find_tables
from assets.read.shape.lines import total_role
from data.contract import Contract
from data.table import Ignored, Reading, Table
from data.viqr import VIQR_MARK

__all__ = ["Look", "Sample", "look_at", "sample_of"]

_LABEL_COLUMNS = 3
_SUSPECT_KINDS = frozenset({"legacy_font", "double_encoded"})
_SUSPECT_SHARE = 0.02
"""Share of a column's rows from which on an old font is no oddity of some cells."""
_ACCENTED = r"[^\x00-\x7f]"


@dataclass(frozen=True)
class Look:
    """A sample as any small file is read: the grid of the source's ends, with what lies between as its body."""

    reading: Reading
    grid: Grid
    layout: Layout


@dataclass(frozen=True)
class Sample:
    """The table of a large text as its sample shows it.

    heading: number of records before the middle. between: number of sample records that stand in for the middle.
    suspects: position → expression for the texts to look at, of columns that are not all typed in Unicode.
    """

    reading: Reading
    table: Table
    mapping: Mapping
    layout: Layout
    heading: int
    between: int
    suspects: dict[int, str]

    @property
    def label_columns(self) -> tuple[str, ...]:
        """Text columns in which a total would be named."""
        return tuple(f"c{column - 1}" for column in self.table.columns[:_LABEL_COLUMNS])

    def texts(self, position: int) -> list[str]:
        """Distinct texts of a table column in the sample."""
        texts: list[str] = self.table.frame.to_series(position).drop_nulls().unique().to_list()
        return texts

    def repeats(self, position: int) -> bool:
        """Whether the texts of a table column come again and again."""
        return 2 * self.table.frame.to_series(position).n_unique() < self.table.frame.height

    def with_ends(self, odd: list[Odd], count: int) -> Table:
        """The desk's part of the table: the rows of the head, the odd ones of the middle, and those of the tail.

        `count`: number of records up to the end of the middle.
        """
        frame, rows = self.table.frame, self.table.rows.cast(pl.Int64)
        end = self.heading + self.between
        moved = rows.to_frame("r").select(pl.when(pl.col("r") > end).then(pl.col("r") - end + count).otherwise("r"))
        head, tail = rows <= self.heading, rows > end
        texts, numbers = [frame.filter(head)], [rows.filter(head)]
        roles = [self.table.row_roles.filter(head)]
        names = dict(zip((f"c{c - 1}" for c in self.table.columns), frame.columns, strict=True))
        for part in odd:
            texts.append(part.texts.select(pl.col(c).alias(name) for c, name in names.items()))
            numbers.append(part.rows.cast(pl.Int64))
            roles.append(_roles(texts[-1]))
        texts.append(frame.filter(tail))
        numbers.append(moved.to_series().filter(tail))
        roles.append(self.table.row_roles.filter(tail))
        together = pl.concat(texts).with_columns(
            pl.concat(numbers).cast(pl.UInt32).alias("_number"), pl.concat(roles).alias("_role")
        )
        together = together.sort("_number")
        return replace(
            self.table,
            frame=together.drop("_number", "_role"),
            rows=together["_number"].rename("rows"),
            row_roles=together["_role"].rename("row_roles"),
            repairs=(),
            ignored=tuple(_moved(span, count - end) if span.first > end else span for span in self.table.ignored),
        )


def sample_of(
    source: Source, name: str, path: Path, contract: Contract, choices: Dictionary[str, str] | None = None
) -> Sample | None:
    """Find the dataset's table in the sample as in any file; None where it does not go through the whole of it."""
    looked = look_at(source, name, path)
    if looked is None or looked.grid.body is None:
        return None
    table, mapping = choose_table(looked.reading, contract, chosen=choices)
    heading, between = looked.grid.body_at, looked.grid.body.height
    if table.rows.is_between(heading + 1, heading + between).sum() < between:
        return None
    return Sample(looked.reading, table, mapping, looked.layout, heading, between, _suspects(table))


def _suspects(table: Table) -> dict[int, str]:
    places = {column: position for position, column in enumerate(table.columns)}
    found: dict[int, list[str]] = defaultdict(list)
    for repair in find_repairs(table):
        if repair.kind in _SUSPECT_KINDS:
            found[places[repair.column]].append(repair.before)
    suspects = {}
    for position, texts in found.items():
        if len(texts) > _SUSPECT_SHARE * table.frame.height:
            suspects[position] = VIQR_MARK if texts[0].isascii() else _ACCENTED
    return suspects


def look_at(source: Source, name: str, path: Path) -> Look | None:
    """The tables that the sample shows; None where its ends are wider than what lies between."""
    layout = Layout(source.dialect, source.width, tuple(usual_kinds(source.between, source.width)))
    head, tail = list(_evened(source.head, layout)), list(_evened(source.tail, layout))
    if any(len(record) > source.width for record in (*head, *tail)):
        return None
    names = [f"c{column}" for column in range(source.width)]
    body = pl.DataFrame(source.between, schema=dict.fromkeys(names, pl.String), orient="row").select(
        pl.when(pl.all() != "").then(pl.all())
    )
    cells: list[list[str | None]] = [
        [cell or None for cell in record] + [None] * (source.width - len(record)) for record in (*head, *tail)
    ]
    end = len(head) + body.height
    grid = Grid(
        sheet="",
        cells=cells,
        kinds=[kinds_of(row) for row in cells],
        row_numbers=[*range(1, len(head) + 1), *range(end + 1, end + len(tail) + 1)],
        typed=False,
        separated=True,
        lengths=[len(record) for record in (*head, *tail)],
        body=body,
        body_at=len(head),
    )
    tables = find_tables(grid)
    if not tables:
        return None
    kind = "tsv" if source.dialect.delimiter == "\t" else "csv"
    reading = Reading(name, kind, tuple(tables), source.encoding, source.dialect.delimiter, None, path)
    return Look(reading, grid, layout)


def _evened(records: list[list[str]], layout: Layout) -> Iterator[list[str]]:
    """Records of the ends, those that are wider or narrower than usual settled where that is clear."""
    for record in records:
        if record and len(record) != layout.width:
            record = settle_record(record, layout.width, list(layout.usual), layout.dialect)
        while len(record) > layout.width and not record[-1].strip():
            record = record[:-1]
        yield record


def _moved(span: Ignored, by: int) -> Ignored:
    return replace(span, first=span.first + by, last=span.last + by)


def _roles(texts: pl.DataFrame) -> pl.Series:
    roles = ["detail"] * texts.height
    for name in texts.columns[:_LABEL_COLUMNS]:
        series = texts[name]
        for place in series.str.contains(TOTAL_LABEL).fill_null(False).arg_true():
            roles[place] = total_role(series[place]) or roles[place]
    return pl.Series("row_roles", roles, dtype=pl.String)
