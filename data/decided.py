"""How far decisions have come: numbers that grow whenever anything was done that may change what counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from data.desk_schema import closing
from data.ledger import Ledger
from data.ledger_schema import event, extension

__all__ = ["Decided", "decided"]


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest numbers of events, closings and granted extensions."""

    event: int
    closing: int
    extension: int


def decided(ledger: Ledger) -> Decided:
    """The present numbers, each asked of an index."""
    columns = (event.c.event_id, closing.c.closing_id, extension.c.extension_id)
    with ledger.reading() as con:
        return Decided(*(int(con.scalar(select(func.max(column))) or 0) for column in columns))
