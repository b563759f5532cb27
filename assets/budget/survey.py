"""What a folder of budget workbooks holds: per table its form, year, rows, findings and control totals, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import duckdb

from assets.budget.lines import unit_of
from assets.budget.recognise import Recognised, recognise
from assets.staging import stage_table
from checks.finding import Finding, Verdict
from checks.judge import judge
from checks.scan import JUDGED
from checks.staged import Context, Staged
from data.clock import now
from data.contract import Contract, ContractRegistry
from data.money_unit import money_factor
from data.obligation import full_code
from data.settings import settings
from data.table import Reading, Table, UnreadableError, column_letters
from data.warehouse import open_session, quoted

__all__ = ["Surveyed", "Total", "Workbook", "contracts_by_form", "survey", "workbooks"]

_NOT_OF_THE_TABLE = {"catalogue", "timeliness"}
"""Rules that say nothing about what stands in the file."""

_SUFFIXES = {".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".csv", ".zip"}


@dataclass(frozen=True, slots=True)
class Total:
    """One control total: a followed line, or a line without a parent, in one measure column (triệu đồng)."""

    name: str
    series: str | None
    column: str
    value: float
    row: int
    cell: str | None


@dataclass(frozen=True)
class Surveyed:
    """One table: what it was recognised as, and either how it was judged or why it was refused."""

    found: Recognised
    dataset: str | None = None
    verdict: str | None = None
    rows: int = 0
    quarantined: int = 0
    unit: str | None = None
    findings: tuple[Finding, ...] = ()
    totals: tuple[Total, ...] = ()
    unmapped: tuple[str, ...] = ()
    """Names of columns that hold figures and are no column of the contract."""
    refusal: tuple[str, str] | None = None
    twin: tuple[str, str] | None = None
    """Another file with the same form and year, and whether its control totals are the same."""


@dataclass(frozen=True)
class Workbook:
    """One file: its tables, or why it cannot be read."""

    name: str
    format: str | None
    tables: tuple[Surveyed, ...] = ()
    refusal: tuple[str, str] | None = None


def workbooks(folder: Path) -> list[Path]:
    """The files of a folder that may be workbooks, by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in _SUFFIXES)


def contracts_by_form(registry: ContractRegistry) -> dict[str, Contract]:
    """Which dataset each published form is."""
    return {form: contract for contract in registry.values() for form in contract.forms}


def survey(paths: Iterable[Path], registry: ContractRegistry) -> list[Workbook]:
    """Read, recognise and judge each file without storing anything; tables of one dataset are judged together."""
    from assets.read import read_file

    by_form = contracts_by_form(registry)
    books: list[tuple[str, str | None, tuple[str, str] | None, list[Surveyed | _Waiting]]] = []
    numbers = count(1)
    for path in paths:
        try:
            reading = read_file(path)
        except UnreadableError as error:
            books.append((path.name, None, (error.vi, error.en), []))
            continue
        tables = [_staged(one, reading, by_form, numbers) for one in recognise(reading)]
        books.append((path.name, reading.format, None, tables))
    judged = _judged([t for *_, tables in books for t in tables if isinstance(t, _Waiting)], registry)
    surveyed = [
        Workbook(name, kind, tuple(judged[t.number] if isinstance(t, _Waiting) else t for t in tables), refusal)
        for name, kind, refusal, tables in books
    ]
    return _with_twins(surveyed)


def _with_twins(books: list[Workbook]) -> list[Workbook]:
    """Say of every table whether another file holds the same form and year, and with the same totals."""
    items: dict[tuple[str | None, int | None], list[tuple[str, Surveyed]]] = {}
    for book in books:
        for table in book.tables:
            if table.dataset is not None:
                items.setdefault((table.dataset, table.found.year), []).append((book.name, table))

    def told(name: str, table: Surveyed) -> Surveyed:
        others = [o for o in items.get((table.dataset, table.found.year), ()) if o[0] != name]
        if table.dataset is None or not others:
            return table
        other, twin = others[0]
        own, its = _figures(table), _figures(twin)
        same = all(own[key] == its[key] for key in own.keys() & its.keys())
        vi = f"{other} có cùng biểu và năm, số tổng {'như nhau' if same else 'KHÁC NHAU'}"
        return replace(
            table, twin=(vi, f"{other} holds the same form and year, totals {'equal' if same else 'DIFFER'}")
        )

    return [replace(book, tables=tuple(told(book.name, t) for t in book.tables)) for book in books]


def _figures(table: Surveyed) -> dict[tuple[str, str], float]:
    return {(t.series, t.column): t.value for t in table.totals if t.series is not None}


@dataclass(frozen=True)
class _Waiting:
    """A table in its contract's columns that waits to be judged."""

    number: int
    found: Recognised
    contract: Contract
    staged: Staged


def _staged(
    found: Recognised, reading: Reading, by_form: dict[str, Contract], numbers: Iterator[int]
) -> Surveyed | _Waiting:
    if found.refusal is not None or found.form is None or found.period is None:
        return Surveyed(found, refusal=found.refusal)
    contract = by_form.get(found.form.id)
    if contract is None:
        number = found.form.number
        why = f"biểu {number} ({found.form.name}) chưa có hợp đồng dữ liệu", f"form {number} has no data contract yet"
        return Surveyed(found, refusal=why)
    number = next(numbers)
    context = Context(number, full_code(contract.owner, settings().province), found.period, now())
    return _Waiting(number, found, contract, stage_table(reading, contract, context, [found]))


def _judged(waiting: Sequence[_Waiting], registry: ContractRegistry) -> dict[int, Surveyed]:
    turns: dict[tuple[str, int], list[_Waiting]] = {}
    seen: Counter[tuple[str, int | None]] = Counter()
    for one in waiting:
        item = (one.contract.id, one.found.year)
        turns.setdefault((one.contract.id, seen[item]), []).append(one)
        seen[item] += 1
    done: dict[int, Surveyed] = {}
    with open_session() as con:
        for turn in turns.values():
            contract = turn[0].contract
            verdicts = [j.verdict for j in judge(con, contract, [one.staged for one in turn], registry)]
            totals = _totals(con, contract, {one.number: one.staged for one in turn})
            for one, verdict in zip(turn, verdicts, strict=True):
                done[one.number] = _surveyed(one, verdict, tuple(totals.get(one.number, ())))
    return done


def _surveyed(one: _Waiting, verdict: Verdict, totals: tuple[Total, ...]) -> Surveyed:
    refused = verdict.verdict == "rejected"
    return Surveyed(
        one.found,
        dataset=one.contract.id,
        verdict=verdict.verdict,
        rows=verdict.counts.rows,
        quarantined=verdict.counts.quarantined,
        unit=unit_of(one.found.table),
        findings=tuple(f for f in verdict.findings if f.rule.partition(".")[0] not in _NOT_OF_THE_TABLE),
        totals=totals,
        unmapped=_unmapped(one.found.table, set(one.staged.mapping.values())),
        refusal=(verdict.reason_vi or "", verdict.reason_en or "") if refused else None,
    )


def _unmapped(table: Table, used: set[int]) -> tuple[str, ...]:
    names = table.header or ("",) * len(table.columns)
    return tuple(
        f"{column_letters(column)} {' '.join(name.split())}".strip()
        for column, name, texts in zip(table.columns, names, table.frame.iter_columns(), strict=True)
        if column not in used and texts.drop_nulls().str.contains(r"^-?[\d.,]+$").any()
    )


def _totals(con: duckdb.DuckDBPyConnection, contract: Contract, batch: dict[int, Staged]) -> dict[int, list[Total]]:
    """Followed lines and lines without a parent of each judged table, column by column in the sheet's order."""
    found: dict[int, list[Total]] = {}
    for column in contract.measures:
        if column.measure == "ratio" or money_factor(column.unit, "đồng") is None:
            continue
        name = quoted(column.name)
        for number, label, series, value, row in con.execute(
            f"SELECT _submission_id, line_name, series, {name}, _row FROM {JUDGED} "
            f"WHERE {name} IS NOT NULL AND (series IS NOT NULL OR level = 0) ORDER BY _row"
        ).fetchall():
            shown = " ".join(str(label or "").split())
            cell = batch[number].address(row, column.name)
            found.setdefault(number, []).append(Total(shown, series, column.name, float(value), row, cell))
    return found
