"""A hub that holds two months of lodging guests, for templates that look back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.contract import ContractRegistry, load_contracts
from data.settings import settings
from tests.workbooks import GOOD_ROWS, lodging_workbook


@pytest.fixture(scope="session")
def registry() -> ContractRegistry:
    """All contracts."""
    return load_contracts(settings().contracts)


@pytest.fixture
def lodging_hub(hub_home: Path) -> Iterator[Path]:
    """HUB_HOME of a hub in which the department's August and September are in force."""
    from assets.receive import Incoming, receive
    from data.ledger import open_ledger
    from data.period import Period
    from pipelines.queue_worker import work_once

    contract = load_contracts(settings().contracts)["lodging_guests"]
    hub_home.mkdir()
    for month in ("2026-08", "2026-09"):
        path = lodging_workbook(hub_home / f"{month}.xlsx", GOOD_ROWS, title=f"KHÁCH LƯU TRÚ {month}")
        with open_ledger() as ledger:
            receive(ledger, [Incoming(contract, "56-SVHTTDL", Period.parse(month), path, path.name)])
    work_once()
    yield hub_home
