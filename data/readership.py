"""Readership: which unit read which dataset on which day; what “used by” of the principle dùng chung counts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from data.clock import LOCAL_TIME, now
from data.desk_schema import readership as table
from data.ledger import Ledger
from data.person import Person

__all__ = ["COUNTED_DAYS", "note_reading", "readers"]

log = logging.getLogger(__name__)

COUNTED_DAYS = 30
"""Days, today among them, in which a unit that read counts (principles.md, dùng chung)."""
_KEPT_DAYS = 400
"""Days are kept for a year's comparison, then let go."""
_noted: set[tuple[object, ...]] = set()
"""What this process noted today: a page that is looked at all day is written down once."""


def note_reading(ledger: Ledger, person: Person, dataset: str, day: date | None = None) -> None:
    """Note that the person's unit read the dataset: on its page, through the API, by a download.

    Costs a lookup in memory but for the first time a day. Never raises: nobody's page fails for being counted.
    People who act for no unit are not counted.
    """
    if not person.unit:
        return
    on = day or now().astimezone(LOCAL_TIME).date()
    key = (id(ledger), dataset, person.unit, on)
    if key in _noted:
        return
    try:
        _write(ledger, dataset, person.unit, on)
    except SQLAlchemyError:
        log.warning("%s: chưa ghi được lượt đọc / a reading could not be noted", dataset, exc_info=True)
        return
    if len(_noted) > 20_000:
        _noted.clear()
    _noted.add(key)


def _write(ledger: Ledger, dataset: str, unit: str, on: date) -> None:
    row = {"dataset": dataset, "unit": unit, "day": on.isoformat()}
    known = select(table.c.day).where(*(table.c[name] == value for name, value in row.items()))
    with ledger.reading() as con:
        if con.scalar(known) is not None:
            return
    try:
        with ledger.writing() as con:
            con.execute(table.insert().values(**row))
            con.execute(delete(table).where(table.c.day < (on - timedelta(days=_KEPT_DAYS)).isoformat()))
    except IntegrityError:
        # Another process noted the same in between.
        return


def readers(ledger: Ledger, dataset: str, *, owner: str = "", day: date | None = None) -> Sequence[str]:
    """Codes of the units that read the dataset in the last 30 days, in order; its owner does not count as a user."""
    until = day or now().astimezone(LOCAL_TIME).date()
    since = until - timedelta(days=COUNTED_DAYS - 1)
    query = select(table.c.unit).distinct().where(
        table.c.dataset == dataset, table.c.day >= since.isoformat(), table.c.day <= until.isoformat()
    )  # fmt: skip
    with ledger.reading() as con:
        return sorted(unit for unit in con.scalars(query) if unit != owner)
