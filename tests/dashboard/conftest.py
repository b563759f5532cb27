"""A small filled hub for the pages: four months of lodging guests, the newest with a defect, and the app over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.people import signed_in
from tests.workbooks import GOOD_ROWS, lodging_workbook

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")


def send(home: Path, month: str, rows: list[list[object]], *, name: str = "", received: datetime | None = None) -> str:
    """Send one month of lodging guests and bring it to the marts; gives the receipt."""
    from assets.receive import Incoming, receive
    from data.contract import load_contracts
    from data.ledger import open_ledger
    from data.period import Period
    from data.settings import settings
    from pipelines.queue_worker import work_once

    contract = load_contracts(settings().contracts)["lodging_guests"]
    path = lodging_workbook(home / f"{name or month}.xlsx", rows, title=f"BÁO CÁO KHÁCH LƯU TRÚ {month}")
    with open_ledger() as ledger:
        sent = receive(
            ledger, [Incoming(contract, "56-SVHTTDL", Period.parse(month), path, path.name, received_at=received)]
        )
    work_once()
    return str(sent[0].receipt)


def rows_of(month: str) -> list[list[object]]:
    """Rows that differ from month to month, so that no month is a copy of another."""
    step = MONTHS.index(month) if month in MONTHS else len(MONTHS)
    rows = [list(r) for r in GOOD_ROWS]
    for row in rows:
        row[4] = int(str(row[4])) + step * 3
        row[6] = int(str(row[6])) + step * 10
    if month == MONTHS[-1]:
        rows[2][3] = 9_000_000
    return rows


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """HUB_HOME of a filled hub, for the whole session of this folder's tests."""
    from data.clock import LOCAL_TIME
    from data.settings import settings

    home = tmp_path_factory.mktemp("dashboard") / "hub"
    home.mkdir()
    patch = pytest.MonkeyPatch()
    patch.setenv("HUB_HOME", str(home))
    settings.cache_clear()
    for month in MONTHS:
        year, number = int(month[:4]), int(month[5:])
        send(home, month, rows_of(month), received=datetime(year, number + 1, 4, 9, 14, tzinfo=LOCAL_TIME))
    yield home
    patch.undo()
    settings.cache_clear()


@pytest.fixture
def filled(filled_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The filled hub as the present one."""
    from data.settings import settings

    monkeypatch.setenv("HUB_HOME", str(filled_home))
    settings.cache_clear()
    yield filled_home
    settings.cache_clear()


@pytest.fixture(scope="session")
def started(filled_home: Path) -> Iterator[TestClient]:
    """The app over the filled hub, started once as a server would be."""
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        yield client


@pytest.fixture
def client(filled: Path, started: TestClient) -> TestClient:
    """The app, with the filled hub's settings in force, asked by a leader."""
    return signed_in(started, "leader")
