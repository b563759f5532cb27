"""Keeps what the reader saw while it decided, for the one call that asks to have a reading explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.read.records import Dialect
    from assets.read.shape.assemble import Found
    from assets.read.shape.view import View
    from data.table import Table

__all__ = ["Evidence", "keep_dialects", "keep_table", "kept"]


@dataclass(slots=True)
class Evidence:
    """Where each table lies in its view, in the order found, and the dialects of a delimited text, best first."""

    tables: list[tuple[View, Found, Table]] = field(default_factory=list)
    dialects: list[tuple[float, Dialect]] = field(default_factory=list)


_asked: ContextVar[Evidence | None] = ContextVar("evidence", default=None)


@contextmanager
def kept() -> Iterator[Evidence]:
    """Everything that is read inside is kept in what this gives."""
    evidence = Evidence()
    token = _asked.set(evidence)
    try:
        yield evidence
    finally:
        _asked.reset(token)


def keep_table(view: View, found: Found, table: Table) -> None:
    """Keep where a table was found, if somebody asked."""
    evidence = _asked.get()
    if evidence is not None:
        evidence.tables.append((view, found, table))


def keep_dialects(scored: list[tuple[float, Dialect]]) -> None:
    """Keep the dialects that came into question, if somebody asked."""
    evidence = _asked.get()
    if evidence is not None:
        evidence.dialects = sorted(scored, key=lambda each: -each[0])
