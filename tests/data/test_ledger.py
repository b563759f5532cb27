"""The ledger: arrivals entered together get what they would have got one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from data.clock import LOCAL_TIME
from data.ledger import open_ledger
from data.submission import Event, NewSubmission

pytestmark = pytest.mark.usefixtures("hub_home")
AT = datetime(2026, 11, 2, 9, tzinfo=LOCAL_TIME)


def arrival(reporter: str = "22327", content: str = "a", dataset: str = "people") -> NewSubmission:
    return NewSubmission(dataset, reporter, "2026-10", content * 64, f"{reporter}.xlsx", 10, received_at=AT)


def test_a_burst_is_entered_in_its_order_each_with_its_number_receipt_and_event() -> None:
    with open_ledger() as ledger:
        entered = ledger.receive([arrival(str(22000 + n)) for n in range(200)])
        assert [s.submission_id for s in entered] == list(range(1, 201))
        assert [s.reporter for s in entered] == [str(22000 + n) for n in range(200)]
        assert entered[41].receipt == "2026-11-000042" and entered[41].received_at == AT
        assert ledger.submissions() == entered == ledger.pending()
        assert [e.kind for e in ledger.events(42)] == ["received"]


def test_versions_of_one_item_follow_each_other_within_a_burst() -> None:
    with open_ledger() as ledger:
        sent = [arrival(), arrival(dataset="land"), arrival(content="b"), arrival(content="b"), arrival(content="a")]
        entered = ledger.receive(sent)
        assert [(s.submission_id, s.version, s.duplicate) for s in entered] == [
            (1, 1, False), (2, 1, False), (3, 2, False), (3, 2, True), (4, 3, False),
        ]  # fmt: skip
        again = ledger.receive([arrival(content="a"), arrival("22333")])
        assert [(s.submission_id, s.version, s.duplicate) for s in again] == [(4, 3, True), (5, 1, False)]
        assert [s.submission_id for s in ledger.submissions(reporter="22327", dataset="people")] == [1, 3, 4]


def test_what_came_to_an_end_waits_no_more(tmp_path: Path) -> None:
    with open_ledger() as ledger:
        entered = ledger.receive([arrival(str(22000 + n)) for n in range(5)])
        ledger.append([Event(entered[0].submission_id, "published"), Event(entered[3].submission_id, "withdrawn")])
        assert [s.submission_id for s in ledger.pending()] == [2, 3, 5]
        assert [s.submission_id for s in ledger.pending(limit=2)] == [2, 3]


@pytest.mark.usefixtures("fresh_ledgers")
def test_threads_that_meet_at_a_fresh_home_migrate_it_once() -> None:
    def entered(_: int) -> int:
        with open_ledger() as ledger:
            return len(ledger.submissions())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(entered, range(16))) == [0] * 16
