"""The rows that a template begins with: keys that are owed or come again, and what stood there the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assets.mapping import NOT_OURS
from assets.template.lookback import Earlier, earlier_rows
from assets.template.registers import entries, own_entries, register_of, unit_shown
from assets.template.words import words
from data.contract import Column, Contract
from data.expected_keys import expected_keys
from data.period import Period
from data.settings import settings

__all__ = ["Cell", "Prefill", "prefill"]

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Prefill:
    """What stands in the template when it is handed out.

    rows: column → what is shown in the cell, a row each. locked: columns whose filled cells may not be changed.
    beside: heading → one value a row, shown in grey to the right of the table.
    """

    rows: tuple[Mapping[str, Cell], ...] = ()
    locked: frozenset[str] = frozenset()
    beside: tuple[tuple[str, tuple[Cell, ...]], ...] = ()


def prefill(contract: Contract, reporter: str, period: Period) -> Prefill:
    """The rows to begin with, for this unit and period."""
    province = settings().province
    earlier = earlier_rows(contract, reporter, period)
    if contract.layout == "hierarchical":
        return _lines(contract, earlier)
    codes = _standing_rows(contract, reporter, earlier, province)
    rows = tuple({name: _shown(contract.column(name), value, province) for name, value in row.items()} for row in codes)
    locked = frozenset({contract.expected_keys.column} if contract.expected_keys else ())
    beside = [*_names_beside(contract, codes, province), *_before(contract, codes, earlier, province)]
    return Prefill(rows, locked, tuple(beside))


def _lines(contract: Contract, earlier: Earlier | None) -> Prefill:
    """A published form keeps its lines from year to year: numbering and names as they last stood."""
    if earlier is None:
        return Prefill()
    wanted = [c.name for c in contract.columns if not c.derived and not c.measure]
    rows = tuple({name: _plain(row.get(name)) for name in wanted if row.get(name) is not None} for row in earlier.rows)
    measures = [c for c in contract.measures if c.measure != "ratio"]
    beside = _columns_before(contract, measures, earlier.rows, earlier.period, settings().province)
    return Prefill(rows, frozenset(), tuple(beside))


def _standing_rows(
    contract: Contract, reporter: str, earlier: Earlier | None, province: str
) -> list[dict[str, object]]:
    """Codes of the key columns, and what goes with them by register, of every row that is to be expected."""
    rows: list[dict[str, object]] = []
    if earlier is not None and _comes_again(contract, earlier, province):
        rows = [{name: row[name] for name in contract.key if row.get(name) is not None} for row in earlier.rows]
    rows = rows or _from_register(contract, reporter, province)
    if contract.expected_keys is not None:
        column = contract.expected_keys.column
        wanted = expected_keys(contract.expected_keys.each, province)
        present = {row.get(column) for row in rows}
        rows += [{column: code} for code in wanted if code not in present]
    return [_described(contract, row, province) for row in rows]


def _comes_again(contract: Contract, earlier: Earlier, province: str) -> bool:
    if any(contract.column(name).type in {"date", "timestamp"} for name in contract.key):
        return False
    if earlier.standing is not None:
        return earlier.standing
    columns = [contract.column(name) for name in contract.key]
    return all(c.enum or c.reference or register_of(c, contract, province) for c in columns)


def _from_register(contract: Contract, reporter: str, province: str) -> list[dict[str, object]]:
    """Rows for the unit itself and for its own entries of the key's register."""
    keys = [contract.column(name) for name in contract.key]
    if any(c.type in {"date", "timestamp"} for c in keys):
        return []
    own = {c.name: reporter for c in keys if c.resolves_unit and contract.reporting.each}
    listed = [c for c in keys if (register_of(c, contract, province)) and c.name not in own]
    if contract.expected_keys is not None and not own:
        return []
    if not listed:
        return [dict(own)] if len(own) == len(keys) else []
    column = listed[0]
    register = register_of(column, contract, province)
    whose = own_entries(register, reporter, province) if register else ()
    if len(own) + 1 < len(keys) or not _owned(whose):
        return []  # a list of everything that there is (industries, species) says nothing of what this unit reports
    field = (column.reference or "").rpartition(".")[2] or "code"
    return [{**own, column.name: entry[field]} for entry in whose]


def _owned(entries: Sequence[Mapping[str, str]]) -> bool:
    return bool(entries) and any(name in entries[0] for name in ("parent", "lead", "owner"))


def _described(contract: Contract, row: dict[str, object], province: str) -> dict[str, object]:
    """A row with what the key's register knows of it: its name, and columns that are called the same."""
    found = dict(row)
    for name in contract.key:
        register = register_of(contract.column(name), contract, province)
        entry = _entry(register, row.get(name), province) if register else None
        if entry is None:
            continue
        for column in contract.columns:
            if column.name in found or column.personal or column.key or column.type != "string":
                continue
            if column.name == f"{name.removesuffix('_code')}_name":
                found[column.name] = entry.get("name")
            elif column.name in entry and column.name not in {"source", "code", "kind"} and _fits(column, entry):
                found[column.name] = entry[column.name]
    return {name: value for name, value in found.items() if value not in (None, "")}


def _fits(column: Column, entry: Mapping[str, str]) -> bool:
    return not column.enum or entry[column.name] in {e.value for e in column.enum}


def _entry(register: str, code: object, province: str) -> dict[str, str] | None:
    return next((e for e in entries(register, province) if next(iter(e.values())) == code), None)


def _shown(column: Column, value: object, province: str) -> Cell:
    """A stored value as the template writes it: words for a code, a unit's name."""
    if value is None:
        return None
    if column.enum:
        return next((e.label for e in column.enum if e.value == str(value)), str(value))
    if column.resolves_unit:
        kind: Literal["commune", "unit"] = "commune" if column.reference == "communes.code" else "unit"
        return unit_shown(str(value), province, kind)
    return _plain(value)


def _plain(value: object) -> Cell:
    if isinstance(value, bool):
        return str(words()["yes"] if value else words()["no"])
    if value is None or isinstance(value, str | int | float | date | datetime):
        return value
    return str(value)


def _names_beside(
    contract: Contract, rows: Sequence[Mapping[str, object]], province: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    """The names of codes that say nothing by themselves, where no column of the dataset holds them."""
    found: list[tuple[str, tuple[Cell, ...]]] = []
    for name in contract.key:
        column = contract.column(name)
        register = register_of(column, contract, province)
        if register is None or f"{name.removesuffix('_code')}_name" in {c.name for c in contract.columns}:
            continue
        listed = [_entry(register, row.get(name), province) for row in rows]
        named = tuple((e.get("name") or e.get("name_vi")) if e else None for e in listed)
        if any(named):
            found.append((f"{NOT_OURS[1]} {words()['name_of']}", named))
    return found


def _before(
    contract: Contract, rows: Sequence[Mapping[str, object]], earlier: Earlier | None, province: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    """Last period's value of every column that is to be filled in, found by the row's key."""
    if earlier is None or not rows:
        return []
    stood = {tuple(row.get(n) for n in contract.key): row for row in earlier.rows}
    together = [stood.get(tuple(row.get(n) for n in contract.key), {}) for row in rows]
    given = {name for row in rows for name in row}
    columns = [c for c in contract.columns if c.name not in given and not c.personal and not c.derived]
    return _columns_before(contract, columns, together, earlier.period, province)


def _columns_before(
    contract: Contract, columns: Sequence[Column], rows: Sequence[Mapping[str, object]], period: Period, province: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    found: list[tuple[str, tuple[Cell, ...]]] = []
    for column in columns:
        values = tuple(_shown(column, row.get(column.name), province) for row in rows)
        if any(value is not None for value in values):
            heading = words()["previous"].format(title=column.title, period=period.label_vi)
            found.append((f"{NOT_OURS[0]} {heading}", values))
    return found
