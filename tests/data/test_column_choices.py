"""Remembered columns: what a unit chose once holds for its later files, and is written down."""

from __future__ import annotations

from pathlib import Path

from data.audit import entries
from data.column_choices import column_choices, remember_columns
from data.ledger import open_ledger
from data.person import Person

SENDER = Person(7, "lan", "Lan", "department", "56-SVHTTDL")


def test_choices_are_kept_by_unit_and_dataset_whatever_the_spelling_of_the_header(hub_home: Path) -> None:
    with open_ledger() as ledger:
        remember_columns(ledger, SENDER, "lodging_guests", "56-SVHTTDL", {" Buồng  (phòng)": "rooms", "Ghi chú": ""})
        assert column_choices(ledger, "lodging_guests", "56-SVHTTDL") == {"buong phong": "rooms", "ghi chu": ""}
        assert column_choices(ledger, "lodging_guests", "56-SYT") == {}
        assert column_choices(ledger, "meeting_record", "56-SVHTTDL") == {}


def test_the_newest_choice_counts_and_only_what_is_new_is_recorded(hub_home: Path) -> None:
    with open_ledger() as ledger:
        for column in ("rooms", "rooms", "establishments"):
            remember_columns(ledger, SENDER, "lodging_guests", "56-SVHTTDL", {"Buồng": column}, address="10.0.0.9")
        assert column_choices(ledger, "lodging_guests", "56-SVHTTDL") == {"buong": "establishments"}
        written = entries(ledger, action="columns.remember")
        assert [e.detail["choices"] for e in written] == [{"buong": "establishments"}, {"buong": "rooms"}]
        assert {(e.actor, e.address, e.object) for e in written} == {
            ("lan", "10.0.0.9", "dataset:lodging_guests/56-SVHTTDL")
        }


def test_a_header_without_words_is_not_remembered(hub_home: Path) -> None:
    with open_ledger() as ledger:
        remember_columns(ledger, SENDER, "lodging_guests", "56-SVHTTDL", {"…": "rooms", "": "rooms"})
        assert column_choices(ledger, "lodging_guests", "56-SVHTTDL") == {}
        assert entries(ledger, action="columns.remember") == []
