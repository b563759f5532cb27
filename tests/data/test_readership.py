"""Readership counts units, once a day, the owner left out, and costs nobody their page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from data.ledger import Ledger, open_ledger
from data.person import Person
from data.readership import note_reading, readers

pytestmark = pytest.mark.usefixtures("hub_home")
TODAY = date(2026, 11, 24)


def person(unit: str) -> Person:
    return Person(1, "x", "X", "leader", unit)


def noted(ledger: Ledger) -> int:
    with ledger.reading() as con:
        return int(con.execute(text("SELECT count(*) FROM readership")).scalar_one())


def test_a_unit_counts_once_a_day_and_people_without_a_unit_do_not() -> None:
    with open_ledger() as ledger:
        for _ in range(3):
            note_reading(ledger, person("56-STC"), "lodging_guests", TODAY)
        note_reading(ledger, person(""), "lodging_guests", TODAY)
        note_reading(ledger, person("56-STC"), "other", TODAY)
        assert noted(ledger) == 2
        assert readers(ledger, "lodging_guests", day=TODAY) == ["56-STC"]
        with open_ledger() as another_process:
            note_reading(another_process, person("56-STC"), "lodging_guests", TODAY)
        assert noted(ledger) == 2


def test_thirty_days_count_and_the_owner_is_no_user() -> None:
    with open_ledger() as ledger:
        for unit, days in (("56-STC", 0), ("56-SNV", 29), ("56-SYT", 30), ("56-SVHTTDL", 1)):
            note_reading(ledger, person(unit), "lodging_guests", TODAY - timedelta(days=days))
        assert readers(ledger, "lodging_guests", owner="56-SVHTTDL", day=TODAY) == ["56-SNV", "56-STC"]


def test_a_ledger_that_cannot_be_written_takes_no_page_with_it() -> None:
    with open_ledger() as ledger:
        with ledger.writing() as con:
            con.execute(text("DROP TABLE readership"))
        note_reading(ledger, person("56-STC"), "lodging_guests", TODAY)
