"""Lists the values of a table that can be brought into good form, without changing them."""

from __future__ import annotations

from data.table import Repair, Table

__all__ = ["find_repairs"]


def find_repairs(table: Table) -> tuple[Repair, ...]:
    return ()
