"""A large version whose clean rows are linked files comes back whole when the one after it is withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets import intake
from assets.bulk import source as large_source
from assets.receive import Incoming, receive
from data.contract import ContractRegistry
from data.ledger import open_ledger
from data.period import Period
from data.person import Person
from data.settings import settings
from data.standing import withdraw
from data.submission import Submission
from data.warehouse import open_judging
from pipelines.queue_worker import settle_off, work_off
from tests.assets.bulk.permits import contract_in, messy_rows, write_text

CLERK = Person(1, "clerk", "Văn thư", "department", "SXD")


@pytest.fixture
def permits(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> ContractRegistry:
    monkeypatch.setattr(large_source, "_CHUNK_BYTES", 60_000)
    monkeypatch.setattr(large_source, "_TAIL_BYTES", 30_000)
    monkeypatch.setattr(intake, "LARGE_BYTES", 200_000)
    registry = contract_in(tmp_path / "contracts")[1]
    monkeypatch.setenv("HUB_CONTRACTS", str(tmp_path / "contracts"))
    settings.cache_clear()
    return registry


def test_all_good_rows_of_the_version_before_count_again_and_none_that_failed(
    permits: ContractRegistry, tmp_path: Path
) -> None:
    rows = messy_rows(3, 4000, share=0.02)
    rows[3000][0] = rows[1500][0]  # the same key in two stretches: clean-looking rows that are found at fault later
    other = [[*row[:8], "Phạm Thị Mai", row[9]] for row in messy_rows(5, 4000, share=0.0)]
    sent: list[Submission] = []
    core = "SELECT list(_row ORDER BY _row) FROM lake.core.permits"

    def ask(query: str) -> object:
        with open_judging(lake=True) as con:
            return (con.execute(query).fetchone() or [None])[0]

    held: list[object] = []
    for name, content in (("a.csv", rows), ("b.csv", other)):
        with open_ledger() as ledger:
            incoming = Incoming(
                permits["permits"], "SXD", Period.parse("2026-10"), write_text(tmp_path / name, content)
            )
            sent += receive(ledger, [incoming])
            work_off(ledger, sent[-1:])
        held.append(ask(core))
    assert held[0] != held[1]
    with open_ledger() as ledger:
        withdraw(ledger, CLERK, sent[1], "nhầm kỳ")
        settle_off(ledger)
    assert ask(core) == held[0]
    assert ask("SELECT DISTINCT _submission_id FROM lake.core.permits") == sent[0].submission_id
    assert ask("SELECT rows_accepted FROM lake.quality.verdict WHERE counts") == len(held[0])  # type: ignore[arg-type]
