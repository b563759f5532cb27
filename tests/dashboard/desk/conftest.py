"""A hub of the desk's own: its centre with its children, and a department that sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.people import quick_hashes, signed_in

__all__ = ["quick_hashes"]

UNIT = "56-SVHTTDL"


@pytest.fixture(scope="package")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hub for the folder: starting children costs seconds. Tests send datasets and periods of their own."""
    home = tmp_path_factory.mktemp("desk") / "hub"
    home.mkdir()
    return home


@pytest.fixture
def home(desk_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The hub as the present one."""
    from data.settings import settings

    monkeypatch.setenv("HUB_HOME", str(desk_home))
    settings.cache_clear()
    yield desk_home
    settings.cache_clear()


@pytest.fixture(scope="package")
def served(desk_home: Path) -> Iterator[TestClient]:
    """The centre over that hub."""
    from dashboard.app import create_app
    from data.settings import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(desk_home))
        settings.cache_clear()
        with TestClient(create_app()) as client:
            yield client
    settings.cache_clear()


@pytest.fixture
def department(home: Path, served: TestClient, quick_hashes: None) -> TestClient:
    """The centre, asked by the department of culture and tourism."""
    return signed_in(served, "department", UNIT)


def upload(client: TestClient, path: Path, **hints: str) -> dict[str, Any]:
    """Upload a file as the page's script does."""
    answer = client.post("/desk/upload", params={"name": path.name, **hints}, content=path.read_bytes())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def submissions(dataset: str = "lodging_guests", period: str | None = None) -> list[Any]:
    """What the hub received of a dataset."""
    from dashboard.ledger_access import the_ledger

    return the_ledger().submissions(dataset=dataset, period=period)
