"""What people said the unknown headers of a unit's files mean, remembered for the next file."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import column_choice as table
from data.ledger import Ledger
from data.person import Person
from data.vietnamese_text import fold

__all__ = ["column_choices", "header_key", "remember_columns"]


def header_key(header: str) -> str:
    """The form under which a header is remembered: small letters, no tones, no punctuation."""
    return fold(header)


def column_choices(ledger: Ledger, dataset: str, reporter: str) -> Mapping[str, str]:
    """Header (as `header_key` gives it) → contract column; "" where it means no column of the dataset."""
    query = select(table.c.header, table.c.column).where(table.c.dataset == dataset, table.c.reporter == reporter)
    with ledger.reading() as con:
        return {row.header: row.column for row in con.execute(query)}


def remember_columns(
    ledger: Ledger, person: Person, dataset: str, reporter: str, choices: Mapping[str, str], *, address: str = ""
) -> None:
    """Remember header → column ("": no column of the dataset) for that unit's later files; the newest choice counts.

    Headers may be given as they stand in the file. Nothing is written, nor recorded, where nothing is new.
    """
    before = column_choices(ledger, dataset, reporter)
    wanted = {key: column for header, column in choices.items() if (key := header_key(header))}
    fresh = {key: column for key, column in wanted.items() if before.get(key) != column}
    if not fresh:
        return
    at = now().astimezone(LOCAL_TIME).isoformat()
    with ledger.writing() as con:
        con.execute(
            delete(table).where(
                table.c.dataset == dataset, table.c.reporter == reporter, table.c.header.in_(list(fresh))
            )
        )
        con.execute(
            insert(table),
            [
                {
                    "dataset": dataset, "reporter": reporter, "header": key, "column": column,
                    "chosen_by": person.login, "chosen_at": at,
                }
                for key, column in fresh.items()
            ],
        )  # fmt: skip
        record(con, person, "columns.remember", f"dataset:{dataset}/{reporter}", {"choices": fresh}, address=address)
