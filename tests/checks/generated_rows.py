"""Rows made from a contract, good and bad: every column takes values in its domain, at its edges and outside."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

import duckdb
import polars as pl

from checks.derive import REPAIR_KINDS
from checks.staged import Context, Staged
from data.clock import LOCAL_TIME, now
from data.contract import Column, Contract
from data.obligation import deadline_rule
from data.period import Period
from data.settings import settings
from data.table import Repair

__all__ = ["context", "staged"]

_WORDS = (
    "Hồ sơ A", "Hồ sơ B", "hồ sơ a", "56-KT-001", "KH-2026-01", "x", "Nội dung dài " * 20,
    "https://dvc.vn/1", "N1", "Dài " * 500,
)  # fmt: skip
_NUMBERS = ("0", "1", "2", "3", "5", "7.5", "10", "12.25", "99", "100", "101", "350", "1000", "25000", "1000000")


@cache
def _codes(reference: str, province: str) -> tuple[str, ...]:
    """A few real codes of a reference table."""
    from data.warehouse import open_session

    table, _, key = reference.rpartition(".")
    con: duckdb.DuckDBPyConnection = open_session()
    try:
        rows = con.execute(f'SELECT DISTINCT "{key}" FROM reference."{table}" ORDER BY 1 LIMIT 9').fetchall()
        return tuple(row[0] for row in rows)
    finally:
        con.close()


def _in_domain(column: Column, period: Period, chance: random.Random) -> str:
    if column.enum:
        return chance.choice(column.enum).value
    if column.reference:
        return chance.choice(_codes(column.reference, settings().province))
    if column.type in {"integer", "number"}:
        edges = [str(int(b) if b == int(b) else b) for b in (column.minimum, column.maximum) if b is not None]
        text = chance.choice([*_NUMBERS, *edges])
        return text.partition(".")[0] if column.type == "integer" else text
    if column.type == "date":
        return str(_day(period, chance))
    if column.type == "timestamp":
        return f"{_day(period, chance)} {chance.randrange(24):02d}:00:00"
    return chance.choice(("true", "false")) if column.type == "boolean" else chance.choice(_WORDS)


def _day(period: Period, chance: random.Random) -> date:
    return chance.choice((period.start(), period.end())) + timedelta(days=chance.choice((-400, -3, 0, 1, 40)))


def _outside(column: Column, chance: random.Random) -> str | None:
    if column.type in {"integer", "number"}:
        return chance.choice((None, "-7", "999999999999", "nhiều"))
    if column.type in {"date", "timestamp"}:
        return chance.choice((None, "1890-01-01", "2199-12-31", "hôm qua"))
    return chance.choice((None, "không rõ", "", "zz"))


def _value(column: Column, period: Period, chance: random.Random) -> str | None:
    return _outside(column, chance) if chance.random() < 0.15 else _in_domain(column, period, chance)


def context(contract: Contract, number: int, reporter: str, period: Period) -> Context:
    """Whose submission a generated one is."""
    return Context(number, reporter, period, now().astimezone(LOCAL_TIME), deadline_rule(contract).cutoff)


def staged(contract: Contract, who: Context, rows: int, seed: int) -> Staged:
    """One submission of generated rows; some repeat the row before, some bear marks as the reader leaves them."""
    chance = random.Random(f"{contract.id} {seed}")
    records: list[dict[str, str | None]] = []
    for _ in range(rows):
        fresh = {c.name: _value(c, who.period, chance) for c in contract.columns}
        if records and chance.random() < 0.25:
            before = chance.choice(records)
            fresh |= {name: before[name] for name in chance.sample(sorted(before), k=chance.randint(1, len(before)))}
        records.append(fresh)
    marks = [*REPAIR_KINDS, *(f"fuzzy:{c.name}" for c in contract.columns if c.resolves_unit)]
    borne = [[m for m in marks if m != "total_row" and chance.random() < 0.04] for _ in range(rows)]
    repairs = [Repair(6 + i, 2, " x", "x", m) for i, found in enumerate(borne) for m in found if ":" not in m]
    frame = pl.DataFrame(records, schema={c.name: pl.String for c in contract.columns}).with_columns(
        pl.lit("Sheet1").alias("_sheet"),
        pl.Series("_row", range(6, 6 + rows), dtype=pl.Int64),
        pl.Series("row_role", [chance.choice(("detail", "detail", "total")) for _ in range(rows)]),
        pl.Series("_marks", borne, dtype=pl.List(pl.String)),
    )
    mapping = {c.name: i for i, c in enumerate(contract.columns, 2)}
    return Staged(who, "generated.xlsx", "xlsx", frame, mapping, repairs=tuple(repairs))
