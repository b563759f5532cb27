"""What people decided of a document stays through every further reading of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assets.directives.model import Directive
from assets.directives.read import read_directive
from assets.directives.review import Item, reviewed
from data.directives import Decision, decide, decisions, keep_directive
from data.ledger import open_ledger
from data.person import HUB
from tests.assets.directives.documents import NOTICE


@pytest.fixture
def notice(tmp_path: Path) -> Directive:
    path = tmp_path / "tb.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return read_directive(path)


def tasks(items: list[Item]) -> list[Item]:
    return [item for item in items if item.kind == "task"]


def test_decisions_are_kept_with_who_and_when_and_hold_after_reading_again(hub_home: Path, notice: Directive) -> None:
    first, second, *_ = tasks(reviewed(notice, []))
    source = hub_home.parent / "tb.txt"
    with open_ledger() as ledger:
        kept = keep_directive(ledger, HUB, source, "tb.txt")
        assert keep_directive(ledger, HUB, source, "other.txt") == kept
        made = [
            Decision("task", first.key, "edit", {"values": {"leads": "Sở Y tế"}}),
            Decision("task", second.key, "reject"),
        ]
        decide(ledger, HUB, kept.directive_id, made)
        again = tasks(reviewed(read_directive(source), decisions(ledger, kept.directive_id)))
    assert (again[0].values["leads"], again[0].state, again[0].actor) == ("Sở Y tế", "accepted", "hub")
    assert again[0].at is not None and again[1].state == "rejected"


def test_a_decision_finds_its_item_where_a_better_reader_draws_its_borders_otherwise(notice: Directive) -> None:
    task = notice.tasks[0]
    moved = replace(task, place=replace(task.place, start=task.place.start + 6, end=task.place.end + 1))
    decision = Decision("task", f"{task.place.start}-{task.place.end}", "accept", actor="lan")
    items = tasks(reviewed(replace(notice, tasks=(moved, *notice.tasks[1:])), [decision]))
    assert (items[0].state, items[0].actor) == ("accepted", "lan") and len(items) == len(notice.tasks)


def test_what_was_accepted_stays_even_where_it_is_no_longer_found(notice: Directive) -> None:
    decision = Decision("task", "10-60", "edit", {"values": {"text": "rà soát", "leads": "Sở Y tế"}}, actor="lan")
    items = tasks(reviewed(replace(notice, tasks=()), [decision]))
    assert [(item.values["text"], item.origin, item.state) for item in items] == [("rà soát", "person", "accepted")]


def test_two_items_become_one_and_one_becomes_two(notice: Directive) -> None:
    before = tasks(reviewed(notice, []))
    merged = tasks(reviewed(notice, [Decision("task", before[1].key, "merge", {"with": before[2].key})]))
    assert merged[1].values["text"] == f"{before[1].values['text']} {before[2].values['text']}"
    assert merged[2].state == "merged" and merged[1].also == ((before[2].start, before[2].end),)
    at = before[0].values["text"].index("trình")
    parts = tasks(reviewed(notice, [Decision("task", before[0].key, "split", {"at": at})]))
    assert parts[1].values["text"].startswith("trình UBND tỉnh") and parts[1].values["deadline"] == "2026-04-15"
    assert parts[0].values["deadline"] == "" and len(parts) == len(before) + 1


def test_a_person_can_add_what_the_reader_missed_and_think_again(notice: Directive) -> None:
    first = tasks(reviewed(notice, []))[0]
    made = [
        Decision("indicator", "5-20", "add", {"values": {"name": "Số xã", "value": "65"}}, actor="lan"),
        Decision("task", first.key, "reject"),
        Decision("task", first.key, "reopen"),
    ]
    items = reviewed(notice, made)
    assert any(item.kind == "indicator" and item.values["name"] == "Số xã" for item in items)
    assert tasks(items)[0].state == "open"
