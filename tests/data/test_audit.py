"""The audit: only ever grows, and whatever is done to it behind the ledger's back shows."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from data.audit import actions, all_entries, entries, head, record, verify
from data.clock import now
from data.ledger import Ledger, open_ledger
from data.person import HUB, Person
from data.settings import settings

pytestmark = pytest.mark.usefixtures("hub_home")
CLERK = Person(7, "lan", "Lan", "department", "56-SVHTTDL")


def filled(ledger: Ledger, count: int = 5) -> None:
    for number in range(count):
        with ledger.writing() as con:
            person = CLERK if number % 2 else HUB
            record(con, person, f"deed.{number}", f"submission:2026-11-{number:06d}", {"n": number}, address="10.0.0.7")


def behind_its_back(*statements: str) -> None:
    """Change the database without the ledger and without its triggers, as somebody with the file could."""
    with closing(sqlite3.connect(settings().home / "ledger.sqlite")) as con, con:
        for trigger in ("audit_no_update", "audit_no_delete"):
            con.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            con.execute(statement)


def test_a_whole_chain_is_whole_and_says_who_did_what_from_where() -> None:
    with open_ledger() as ledger:
        assert verify(ledger) is None and head(ledger) is None
        filled(ledger)
        assert verify(ledger) is None
        newest = entries(ledger)[0]
        assert (newest.actor, newest.role, newest.address) == ("hub", "administrator", "10.0.0.7")
        assert (newest.action, newest.object, newest.detail) == ("deed.4", "submission:2026-11-000004", {"n": 4})
        end = head(ledger)
        assert end is not None and (end.audit_id, end.hash) == (5, newest.hash)


_COPY = "INSERT INTO audit (audit_id, at, actor, role, address, action, object, detail, previous, hash) SELECT"
_REST = "at, actor, role, address, action, object, detail, previous, hash FROM audit WHERE audit_id"


@pytest.mark.parametrize(
    ("done", "where"),
    [
        (["UPDATE audit SET detail = '{\"n\": 9}' WHERE audit_id = 3"], 3),
        (["UPDATE audit SET actor = 'nobody' WHERE audit_id = 1"], 1),
        (["UPDATE audit SET at = '2020-01-01T00:00:00+07:00' WHERE audit_id = 5"], 5),
        (["DELETE FROM audit WHERE audit_id = 2"], 3),
        (["DELETE FROM audit WHERE audit_id = 1"], 2),
        (["DELETE FROM audit WHERE audit_id = 3", "UPDATE audit SET audit_id = audit_id - 1 WHERE audit_id > 3"], 3),
        ([f"{_COPY} 6, {_REST} = 5"], 6),
        (
            [
                "UPDATE audit SET audit_id = 99 WHERE audit_id = 2",
                "UPDATE audit SET audit_id = 2 WHERE audit_id = 3",
                "UPDATE audit SET audit_id = 3 WHERE audit_id = 99",
            ],
            2,
        ),
    ],
    ids=["detail", "actor", "time", "removed", "first removed", "removed and closed up", "inserted", "reordered"],
)
def test_what_was_changed_removed_inserted_or_reordered_shows(done: list[str], where: int) -> None:
    with open_ledger() as ledger:
        filled(ledger)
        behind_its_back(*done)
        broken = verify(ledger)
        assert broken is not None and broken.audit_id == where
        assert broken.vi and broken.en


def _rewritten(ledger: Ledger) -> None:
    behind_its_back("DELETE FROM audit")
    filled(ledger, 6)


def _cut(_ledger: Ledger) -> None:
    behind_its_back("DELETE FROM audit WHERE audit_id > 3")


@pytest.mark.parametrize("spoil", [_rewritten, _cut], ids=["written anew", "end cut off"])
def test_what_the_chain_alone_cannot_know_shows_against_what_others_were_told(spoil: Callable[[Ledger], None]) -> None:
    with open_ledger() as ledger:
        filled(ledger)
        told = head(ledger)
        assert told is not None and verify(ledger, [told]) is None
        spoil(ledger)
        assert verify(ledger) is None
        broken = verify(ledger, [told])
        assert broken is not None and broken.audit_id == 5


def test_ordinary_changes_are_refused() -> None:
    with open_ledger() as ledger:
        filled(ledger, 2)
        for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
            with pytest.raises(DatabaseError), ledger.writing() as con:
                con.execute(text(statement))
        assert verify(ledger) is None


def test_a_deed_that_failed_leaves_no_entry() -> None:
    with open_ledger() as ledger:
        with pytest.raises(RuntimeError), ledger.writing() as con:
            record(con, CLERK, "deed", "x")
            raise RuntimeError
        assert entries(ledger) == []


def test_entries_are_found_by_who_what_on_what_and_when() -> None:
    with open_ledger() as ledger:
        filled(ledger)
        assert {e.actor for e in entries(ledger, actor="lan")} == {"lan"}
        assert [e.action for e in entries(ledger, action="deed.3")] == ["deed.3"]
        assert [e.audit_id for e in entries(ledger, object_="submission:2026-11-000002")] == [3]
        today: date = now().date()
        assert len(entries(ledger, day=today)) == 5 and entries(ledger, day=today - timedelta(days=1)) == []
        assert [e.audit_id for e in entries(ledger, before=3)] == [2, 1]
        assert [e.audit_id for e in all_entries(ledger, actor="lan")] == [2, 4]
        assert actions(ledger) == [f"deed.{n}" for n in range(5)]
        assert entries(ledger, action="%") == [], "signs of a pattern are signs"


_WRITER = """
import sys
from data.audit import record
from data.ledger import open_ledger
from data.person import HUB
with open_ledger() as ledger:
    for number in range(40):
        with ledger.writing() as con:
            record(con, HUB, sys.argv[1], f"n:{number}")
"""


def test_processes_that_write_at_once_keep_the_chain_whole() -> None:
    with open_ledger() as ledger:
        writers = [subprocess.Popen([sys.executable, "-c", _WRITER, name]) for name in ("a", "b", "c")]
        assert [w.wait(60) for w in writers] == [0, 0, 0]
        assert verify(ledger) is None
        found = list(all_entries(ledger))
        assert len(found) == 120
        assert [e.object for e in found if e.action == "b"] == [f"n:{number}" for number in range(40)]
