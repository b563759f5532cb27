"""Files are read in children: one that cannot be read is said so in its place, and holds up no other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assets.intake import ReadPool, context_of
from assets.receive import Incoming, receive
from checks.staged import Staged
from data.clock import LOCAL_TIME
from data.contract import load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.table import UnreadableError
from tests.workbooks import GOOD_ROWS, lodging_workbook

pytestmark = pytest.mark.usefixtures("hub_home")


def test_good_and_damaged_files_come_back_in_their_order(tmp_path: Path) -> None:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    damaged = tmp_path / "b.xlsx"
    damaged.write_bytes(lodging_workbook(tmp_path / "whole.xlsx").read_bytes()[:900])
    files = [lodging_workbook(tmp_path / "a.xlsx"), damaged, lodging_workbook(tmp_path / "c.xlsx", GOOD_ROWS[:3])]
    sent_at = datetime(2026, 11, 3, tzinfo=LOCAL_TIME)
    with open_ledger() as ledger, ReadPool(2) as pool:
        arrivals = [Incoming(contract, "56-SVHTTDL", Period.parse("2026-10"), f, received_at=sent_at) for f in files]
        submissions = receive(ledger, arrivals)
        outcomes = list(pool.stage(contract, [(s, context_of(contract, s, None)) for s in submissions]))
    assert [type(o) for o in outcomes] == [Staged, UnreadableError, Staged]
    assert [o.frame.height for o in outcomes if isinstance(o, Staged)] == [len(GOOD_ROWS), 3]
