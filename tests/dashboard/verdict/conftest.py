"""A hub whose pipeline does not run: what is sent is judged by the centre's own children, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from data.submission import Submission
from tests.people import sign_in
from tests.workbooks import GOOD_ROWS, lodging_workbook

WRONG: dict[tuple[int, int], object] = {(0, 0): "Phường Nha Tranng", (2, 3): 9_000_000, (3, 4): None}
"""(row, column) → value: a name to be mended, more guests than rooms, an empty cell that is required."""


def wrong_rows() -> list[list[object]]:
    """Five rows of which three are wrong, each in one cell."""
    rows = [list(r) for r in GOOD_ROWS]
    for (row, column), value in WRONG.items():
        rows[row][column] = value
    return rows


def sent(home: Path, rows: Sequence[Sequence[object]], period: str, *, name: str = "t10.xlsx") -> Submission:
    """Send a month of lodging guests as the department of culture does."""
    from assets.sending import send
    from dashboard.ledger_access import the_ledger
    from data.contract import load_contracts
    from data.period import Period
    from data.person import Person
    from data.settings import settings

    contract = load_contracts(settings().contracts)["lodging_guests"]
    title = f"BÁO CÁO KHÁCH LƯU TRÚ THÁNG {int(period[5:])}/{period[:4]}"
    path = lodging_workbook(home / name, rows, title=title)
    person = Person(1, "department.56-svhttdl", "Văn thư", "department", "56-SVHTTDL")
    return send(the_ledger(), person, contract, "56-SVHTTDL", Period.parse(period), path, filename=name)


@pytest.fixture(scope="package")
def judging_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hub for the tests of this folder: starting children costs seconds. Tests send periods of their own."""
    home = tmp_path_factory.mktemp("verdict") / "hub"
    home.mkdir()
    return home


@pytest.fixture
def home(judging_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The hub as the present one."""
    from data.settings import settings

    monkeypatch.setenv("HUB_HOME", str(judging_home))
    settings.cache_clear()
    yield judging_home
    settings.cache_clear()


@pytest.fixture(scope="package")
def served(judging_home: Path) -> Iterator[TestClient]:
    """The centre over that hub, with its children."""
    from dashboard.app import create_app
    from data.settings import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(judging_home))
        settings.cache_clear()
        with TestClient(create_app()) as client:
            yield client
    settings.cache_clear()


@pytest.fixture
def department(home: Path, served: TestClient) -> TestClient:
    """The centre, asked by the department that sent."""
    return as_somebody(served, "department", "56-SVHTTDL")


def as_somebody(client: TestClient, role: str, unit: str = "") -> TestClient:
    """The client signed in as somebody of that role; the department's account is the one that sends."""
    from tests.people import account

    return sign_in(client, account(role, unit))
