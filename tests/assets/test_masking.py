"""Values of personal columns stay in the file that was sent: the lake's findings do not repeat them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.receive import Incoming, receive
from data.contract import load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.warehouse import open_warehouse
from pipelines.queue_worker import work_once

pytestmark = pytest.mark.usefixtures("hub_home")


def test_a_wrong_phone_number_is_found_and_not_repeated(tmp_path: Path) -> None:
    contract = load_contracts(settings().contracts)["task_progress"]
    titles = [contract.column(n).title for n in ("task_code", "lead_unit", "percent_done", "status", "contact_phone")]
    sent = tmp_path / "a.csv"
    sent.write_text(";".join(titles) + "\nNV-1;Sở Tài chính;10;đang thực hiện;gọi 0258.377\n", encoding="utf-8")
    with open_ledger() as ledger:
        receive(ledger, [Incoming(contract, "56-STC", Period.parse("2026-10"), sent)])
    work_once()
    with open_warehouse(read_only=True) as con:
        found = con.execute(
            "SELECT value, message_vi, cell FROM lake.quality.finding WHERE rule = 'contact_phone.pattern'"
        ).fetchall()
    assert [cell for _, _, cell in found] == ["E2"]
    assert "0258" not in "".join(str(value) + message for value, message, _ in found)
