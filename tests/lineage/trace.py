"""Follows what the lake holds back to the bytes in landing: every value of core, every cell that a finding names."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb

from checks.masking import MASK
from data.contract import Contract, ContractRegistry
from data.landing import path_of
from data.warehouse import open_warehouse, quoted
from tests.lineage.meaning import Above, meanings, same
from tests.lineage.originals import Original, open_original

__all__ = ["Traced", "Trail", "trace_core", "trace_findings"]

_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_POINTER, _IN_PARQUET = re.compile(r"/(\d+)/.+"), re.compile(r".+,(\d+)")
Place = tuple[int, int, str]
"""Submission, sheet row, contract column."""


@dataclass(frozen=True)
class Trail:
    """Where a submission's values stand: its bytes, and contract column → sheet column."""

    dataset: str
    sha256: str
    filename: str
    mapping: Mapping[str, int]
    words: tuple[str, ...]

    def original(self) -> Original:
        """The bytes as they were sent, opened by an independent reader."""
        return _opened(self.sha256, self.words)


@dataclass(frozen=True)
class Traced:
    """How many values were followed, which formats they came from, and those that were not found."""

    values: int
    formats: frozenset[str]
    lost: tuple[str, ...]


@lru_cache(maxsize=256)
def _opened(sha256: str, words: tuple[str, ...]) -> Original:
    return open_original(path_of(sha256).read_bytes(), words)


def trace_core(registry: ContractRegistry) -> Traced:
    """Follow every value of every row and column of all core tables."""
    with open_warehouse(read_only=True) as con:
        trails, offers = _trails(con, registry), _offers(con)
        values = list(_core_values(con, registry))
    lost = []
    for (submission, row, name), sheet, stored in values:
        trail = trails[submission]
        column = registry[trail.dataset].column(name)
        if name not in trail.mapping:
            if stored is not None:
                lost.append(f"{trail.filename} [{sheet}] row {row} {name}: {stored!r} comes from no column")
            continue
        found = trail.original()(sheet, row, trail.mapping[name])
        possible = meanings(found, column)
        offered = {m for text in offers[submission, row, name] for m in meanings(text, column)}
        if not same(stored, possible | offered):
            lost.append(f"{trail.filename} [{sheet}] row {row} {name}: {stored!r} in core, {found!r} in the file")
    return Traced(len(values), frozenset(_suffix(trails[place[0]]) for place, _, _ in values), tuple(lost))


def trace_findings(registry: ContractRegistry) -> Traced:
    """Follow every finding that names a cell: the very text that it quotes must stand there."""
    lost, formats, count = [], set(), 0
    with open_warehouse(read_only=True) as con:
        trails = _trails(con, registry)
        findings = con.execute(
            'SELECT submission_id, rule, sheet, row, "column", cell, value FROM lake.quality.finding '
            "WHERE row IS NOT NULL AND cell IS NOT NULL"
        ).fetchall()
    for submission, rule, sheet, row, name, cell, value in findings:
        trail = trails[submission]
        count += 1
        formats.add(_suffix(trail))
        column = trail.mapping.get(name) if name else None
        named = _named(cell)
        if named not in ((row, column), (row, None)) and column is not None:
            lost.append(f"{trail.filename} {rule}: {cell} is not row {row}, column {column}")
        found = trail.original()(sheet, named[0], column or named[1] or 0)
        if not _quotes(value, found):
            lost.append(f"{trail.filename} [{sheet}] {cell} {rule}: {value!r} in the finding, {found!r} in the file")
    return Traced(count, frozenset(formats), tuple(lost))


def _named(cell: str) -> tuple[int, int | None]:
    """Row and column that a finding's cell names: F27, /26/rooms for json, rooms,27 for parquet."""
    if (at := _ADDRESS.fullmatch(cell)) is not None:
        return int(at[2]), _number(at[1])
    if (at := _POINTER.fullmatch(cell)) is not None:
        return int(at[1]) + 1, None
    at = _IN_PARQUET.fullmatch(cell)
    return (int(at[1]) if at else 0), None


def _quotes(value: str | None, found: object) -> bool:
    if isinstance(found, Above):
        return value is None or _quotes(value, found.value)
    if value is None or found is None:
        return value is None and (found is None or str(found).strip() == "")
    if value == MASK:
        return str(found) != ""
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return float(value) == found
    moment = getattr(found, "isoformat", None)
    return value == found if moment is None else moment().startswith(value)


def _suffix(trail: Trail) -> str:
    return trail.filename.rpartition(".")[2]


def _trails(con: duckdb.DuckDBPyConnection, registry: ContractRegistry) -> dict[int, Trail]:
    rows = con.execute(
        "SELECT submission_id, s.dataset, sha256, s.filename, mapping FROM lake.landing.submission s "
        "JOIN lake.quality.verdict USING (submission_id)"
    ).fetchall()
    return {
        number: Trail(dataset, sha256, filename, json.loads(mapping), _words(registry[dataset]))
        for number, dataset, sha256, filename, mapping in rows
    }


@lru_cache(maxsize=64)
def _words(contract: Contract) -> tuple[str, ...]:
    return tuple(title for column in contract.columns for title in column.titles)


def _offers(con: duckdb.DuckDBPyConnection) -> Mapping[Place, list[str]]:
    """What repairs and suggestions put in the place of a value, as the findings record it."""
    found: defaultdict[Place, list[str]] = defaultdict(list)
    for submission, row, name, after in con.execute(
        'SELECT submission_id, row, "column", suggestion_value FROM lake.quality.finding '
        "WHERE suggestion_value IS NOT NULL"
    ).fetchall():
        found[submission, row, name].append(after)
    return found


def _core_values(con: duckdb.DuckDBPyConnection, registry: ContractRegistry) -> Iterator[tuple[Place, str, Any]]:
    tables = con.execute("SELECT DISTINCT dataset FROM lake.quality.verdict WHERE counts ORDER BY dataset").fetchall()
    for (dataset,) in tables:
        names = [c.name for c in registry[dataset].columns if not c.derived]
        listed = ", ".join(quoted(n) for n in names)
        rows = con.execute(
            f"SELECT _submission_id, _row, _sheet, {listed} FROM lake.core.{quoted(dataset)} "
            "ORDER BY _submission_id, _row"
        ).fetchall()
        for submission, row, sheet, *values in rows:
            for name, value in zip(names, values, strict=True):
                yield (submission, row, name), sheet, value


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
