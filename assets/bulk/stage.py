"""Stages a very large text: its clean rows go to Parquet as they pass, the others over the desk like any small file."""

from __future__ import annotations

import os
import shutil
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from assets.bulk.columns import ColumnReader, column_reader
from assets.bulk.lane import Lane, Odd
from assets.bulk.sample import Sample, sample_of
from assets.bulk.source import Source, Span, open_source
from assets.bulk.stretch import Layout, Stretch, split_stretch
from assets.canonical import number_style
from assets.read.content import detect_format
from assets.read.limits import DEFAULT_LIMITS
from assets.read.repairs import find_repairs
from assets.staging import stage_rows
from checks.clean import CleanPart
from checks.compile import compile_rules
from checks.rule import Rule
from checks.staged import Context, Staged
from data.contract import Contract
from data.table import Table, UnreadableError
from data.warehouse import open_session

__all__ = ["SentRows", "stage_large"]

_HEAD_BYTES = 64 * 1024

Progress = Callable[[int, int], None]
"""Told (bytes gone through, bytes in all)."""


@dataclass(frozen=True)
class SentRows:
    """The clean rows of a submission (see checks.clean.CleanRows), and how their texts are found again."""

    folder: Path
    parts: tuple[CleanPart, ...]
    source: Source
    layout: Layout

    @cached_property
    def rows(self) -> int:
        """Number of clean rows in all."""
        return sum(part.rows for part in self.parts)

    def values(self, column: str) -> Iterable[object]:
        """The distinct values of a contract column."""
        files = [part.path for part in self.parts if part.rows]
        if not files:
            return []
        return pl.scan_parquet(files).select(pl.col(column).unique()).collect().to_series().drop_nulls().to_list()

    def discard(self) -> None:
        """Take the files away: their rows are in the lake, or were wanted for a verdict only."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def original(self, row: int, sheet_column: int) -> str | None:
        """The text of a cell as the source holds it. Rows asked for in order cost one look at each stretch."""
        place = bisect_right([part.record for part in self.parts], row) - 1
        stretch = self._stretch(place)
        found = stretch.rows.search_sorted(row)
        if found >= len(stretch.rows) or stretch.rows[found] != row:
            return None
        value = stretch.texts[found, sheet_column - 1]
        return None if value is None else str(value)

    @cached_property
    def _held(self) -> dict[int, Stretch]:
        return {}

    def _stretch(self, place: int) -> Stretch:
        if place not in self._held:
            part = self.parts[place]
            self._held.clear()
            self._held[place] = split_stretch(self.source.text(Span(part.start, part.stop)), self.layout, part.record)
        return self._held[place]


def stage_large(
    path: Path, name: str, contract: Contract, context: Context, folder: Path, progress: Progress | None = None
) -> Staged | None:
    """Stage a large delimited text; None where it is not one that can be gone through in stretches.

    `folder` gets the files of the clean rows. Memory taken does not depend on the file's size, as long as most of its
    rows are in order. Raises UnreadableError as assets.read does.
    """
    if (
        contract.layout != "flat"
        or contract.forms
        or any(c.derived for c in contract.columns)
        or not _is_text(path, name)
    ):
        return None
    source = open_source(path, folder)
    sample = sample_of(source, name, path, contract, dict(context.choices)) if source is not None else None
    if source is None or sample is None:
        return None
    rules = _rules(contract, set(sample.mapping.positions))
    readers = _readers(contract, sample)
    while True:
        lane = Lane(contract, context, readers, rules, sample.label_columns, folder)
        parts, odd, count = _gone_through(source, sample, lane, progress)
        texts = sample.with_ends(odd, count)
        renewed = _renewed(readers, sample, texts)
        if renewed is None:
            break
        readers = renewed
    table = replace(texts, repairs=find_repairs(texts, sample.table))
    styles = {name: reader.style for name, (_, reader) in readers.items()}
    staged = stage_rows(sample.reading, table, sample.mapping, contract, context, styles=styles)
    clean = SentRows(folder, tuple(part for part in parts if part.rows), source, sample.layout)
    return replace(staged, clean=clean)


def _is_text(path: Path, name: str) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        return not head.startswith(b"PK") and detect_format(head, name, DEFAULT_LIMITS) == "csv"
    except UnreadableError:
        return False


def _rules(contract: Contract, present: set[str]) -> list[Rule]:
    """Row rules that a clean row must keep; those implied by a column that the file lacks say nothing of a row."""
    return [
        rule
        for rule in compile_rules(contract)
        if rule.kind == "row" and not (rule.derived and rule.column is not None and rule.column not in present)
    ]


def _readers(contract: Contract, sample: Sample) -> dict[str, tuple[str, ColumnReader]]:
    readers = {}
    for name, position in sample.mapping.positions.items():
        texts = sample.texts(position)
        readers[name] = (
            f"c{sample.table.columns[position] - 1}",
            column_reader(
                contract.column(name),
                texts,
                look=sample.suspects.get(position, ""),
                repeats=sample.repeats(position),
            ),
        )
    return readers


def _gone_through(
    source: Source, sample: Sample, lane: Lane, progress: Progress | None
) -> tuple[list[CleanPart], list[Odd], int]:
    """All stretches, some at a time beside each other; (clean parts, odd rows, number of records)."""
    workers = min(4, 1 + (os.cpu_count() or 1))
    parts: list[CleanPart] = []
    odd: list[Odd] = []
    split: deque[tuple[Span, Future[Stretch]]] = deque()
    judged: deque[tuple[Span, Future[tuple[CleanPart, Odd]]]] = deque()

    def take() -> None:
        span, future = judged.popleft()
        part, others = future.result()
        parts.append(part)
        odd.append(others)
        if progress is not None:
            progress(span.stop, source.middle.stop)

    first = sample.heading + 1
    with open_session(threads=1) as session, ThreadPoolExecutor(workers) as pool:
        sessions = _Sessions(session, workers)
        stretches = source.stretches()
        while True:
            for span, raw in islice(stretches, workers - len(split)):
                split.append((span, pool.submit(_split, source, raw, sample.layout)))
            if not split:
                break
            span, future = split.popleft()
            # Only now is it known how many records stand before the next stretch.
            stretch = future.result().counted_from(first)
            first += stretch.count
            judged.append((span, pool.submit(sessions.run, lane, stretch, span, len(parts) + len(judged))))
            if len(judged) > workers:
                take()
        while judged:
            take()
    return parts, odd, first - 1


def _split(source: Source, raw: bytes, layout: Layout) -> Stretch:
    return split_stretch(source.in_utf8(raw), layout, 0)


class _Sessions:
    """One cursor of a session for each stretch that is under way."""

    def __init__(self, session: duckdb.DuckDBPyConnection, count: int) -> None:
        self._free = deque(session.cursor() for _ in range(count))

    def run(self, lane: Lane, stretch: Stretch, span: Span, number: int) -> tuple[CleanPart, Odd]:
        cursor = self._free.popleft()
        try:
            return lane.run(cursor, stretch, span, number)
        finally:
            self._free.append(cursor)


def _renewed(
    readers: dict[str, tuple[str, ColumnReader]], sample: Sample, table: Table
) -> dict[str, tuple[str, ColumnReader]] | None:
    """Readers with what the whole file says of its separators, where that is not what its sample said."""
    renewed, changed = {}, False
    for name, (text_column, reader) in readers.items():
        column = reader.column
        if column.type in ("integer", "number"):
            position = sample.mapping.positions[name]
            seen = {*sample.texts(position), *table.frame.to_series(position).drop_nulls().unique()}
            # "12,5" was taken for a number wherever it stood; beside it "1.234" is not what it is alone.
            seen |= {"0,5"} if reader.commas_seen and reader.dots_seen else set()
            style = number_style(seen, whole=column.type == "integer", typed=False)
            if style != reader.style:
                reader, changed = replace(reader, style=style), True
        renewed[name] = text_column, reader
    return renewed if changed else None
