"""Faults of a contract's columns: spellings that overlap, code lists, patterns, measures, references."""

from __future__ import annotations

import re
from typing import get_args

from checks.contract_source import Step
from checks.lint_finding import Known, Notes
from data.contract import Column, Contract
from data.contract_model import LogicalType
from data.vietnamese_text import fold

__all__ = ["lint_columns"]

_MEASURES = ("flow", "stock", "cumulative", "ratio", "rank", "index")


def lint_columns(contract: Contract, known: Known, notes: Notes) -> None:
    """Note every fault of the contract's columns."""
    names: set[str] = set()
    for index, column in enumerate(contract.columns):
        at: tuple[Step, ...] = ("schema", 0, "properties", index)
        if column.name in names:
            notes.add((*at, "name"), f"cột {column.name} có hai lần", f"column {column.name} stands twice")
        names.add(column.name)
        if column.type not in get_args(LogicalType):
            known_types = ", ".join(get_args(LogicalType))
            notes.add(
                (*at, "logicalType"),
                f"kiểu {column.type} không có; dùng: {known_types}",
                f"unknown type {column.type}; use one of: {known_types}",
            )
        _limits(column, at, notes)
        _code_list(column, at, notes)
        _reference(column, at, known, notes)
        _measure(column, at, contract, notes)
    _spellings(contract, notes)


def _limits(column: Column, at: tuple[Step, ...], notes: Notes) -> None:
    if column.pattern is not None:
        try:
            re.compile(column.pattern)
        except re.error as error:
            notes.add(
                (*at, "logicalTypeOptions", "pattern"),
                f"mẫu {column.pattern!r} không đọc được: {error}",
                f"cannot read the pattern {column.pattern!r}: {error}",
            )
    for low, high in ((column.minimum, column.maximum), (column.min_length, column.max_length)):
        if low is not None and high is not None and low > high:
            notes.add(
                (*at, "logicalTypeOptions"),
                f"giới hạn dưới {low} lớn hơn giới hạn trên {high}",
                f"lower limit {low} exceeds the upper limit {high}",
            )


def _code_list(column: Column, at: tuple[Step, ...], notes: Notes) -> None:
    spoken: dict[str, str] = {}
    for index, entry in enumerate(notes.source.at((*at, "enum")) or []):
        path = (*at, "enum", index)
        if not isinstance(entry, dict) or entry.get("value") is None or not str(entry.get("label") or "").strip():
            notes.add(path, "mục danh mục thiếu value hoặc label", "an enum entry lacks its value or label")
            continue
        for words in dict.fromkeys((fold(str(entry["value"])), fold(str(entry["label"])))):
            other = spoken.setdefault(words, str(entry["value"]))
            if other != str(entry["value"]):
                notes.add(
                    path,
                    f"“{words}” chỉ cả {other} và {entry['value']}",
                    f"“{words}” stands for both {other} and {entry['value']}",
                )


def _reference(column: Column, at: tuple[Step, ...], known: Known, notes: Notes) -> None:
    for index, link in enumerate(notes.source.at((*at, "relationships")) or []):
        target = str((link or {}).get("to") or "")
        schema, _, rest = target.partition(".")
        table, _, key = rest.partition(".")
        path = (*at, "relationships", index)
        if schema != "reference" or table not in known.reference:
            notes.add(
                path,
                f"danh mục {target!r} không có; có: {', '.join(sorted(known.reference))}",
                f"unknown reference {target!r}; known: {', '.join(sorted(known.reference))}",
            )
        elif key not in known.reference[table]:
            columns = ", ".join(sorted(known.reference[table]))
            notes.add(
                path,
                f"danh mục {table} không có cột {key!r}; có: {columns}",
                f"reference table {table} has no column {key!r}; it has: {columns}",
            )


def _measure(column: Column, at: tuple[Step, ...], contract: Contract, notes: Notes) -> None:
    if column.measure is None:
        return
    path = notes.source.custom(at, "measure")
    if column.measure not in _MEASURES:
        notes.add(
            path,
            f"loại số đo {column.measure!r} không có; dùng: {', '.join(_MEASURES)}",
            f"unknown measure {column.measure!r}; use one of: {', '.join(_MEASURES)}",
        )
    if column.measure != "ratio":
        return
    names = {c.name for c in contract.columns}
    for part, name in (("numerator", column.numerator), ("denominator", column.denominator)):
        if name not in names:
            notes.add(
                notes.source.custom(at, part),
                f"tỷ lệ {column.name} cần cột {part}, {name!r} không phải một cột",
                f"ratio {column.name} needs a {part} column, {name!r} is none",
            )


def _spellings(contract: Contract, notes: Notes) -> None:
    """No two columns may be called the same once case, tone marks, punctuation and spaces are folded away."""
    spoken: dict[str, str] = {}
    for index, column in enumerate(contract.columns):
        at: tuple[Step, ...] = ("schema", 0, "properties", index)
        spellings = [((*at, "businessName"), column.title), ((*at, "name"), column.name)]
        spellings += [((*at, "synonyms", n, "synonym"), text) for n, text in enumerate(column.synonyms)]
        for path, text in spellings:
            other = spoken.setdefault(fold(text).replace(" ", ""), column.name)
            if other != column.name:
                notes.add(
                    path,
                    f"“{text}” của cột {column.name} trùng cách gọi cột {other}",
                    f"“{text}” of column {column.name} also names column {other}",
                )
