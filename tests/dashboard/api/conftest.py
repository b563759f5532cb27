"""A hub of its own for the API, asked with tokens: what one test sends, no other folder's test sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.people import account

UNIT = "56-SVHTTDL"
OTHER = "56-SKHCN"


@pytest.fixture(scope="session")
def api_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HUB_HOME of an empty hub, for the whole session of this folder's tests."""
    home = tmp_path_factory.mktemp("api") / "hub"
    home.mkdir()
    return home


@pytest.fixture
def hub(api_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The hub as the present one, its limits wide."""
    from data.settings import settings

    monkeypatch.setenv("HUB_HOME", str(api_home))
    monkeypatch.setenv("HUB_API_LIMIT", "100000/minute")
    monkeypatch.setenv("HUB_API_SEND_LIMIT", "100000/minute")
    settings.cache_clear()
    yield api_home
    settings.cache_clear()


@pytest.fixture(scope="session")
def started(api_home: Path) -> Iterator[TestClient]:
    """The app over the hub, started once as a server would be."""
    from dashboard.app import create_app
    from data.settings import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(api_home))
        patch.setenv("HUB_API_LIMIT", "100000/minute")
        patch.setenv("HUB_API_SEND_LIMIT", "100000/minute")
        settings.cache_clear()
        with TestClient(create_app(), raise_server_exceptions=False) as client:
            yield client
    settings.cache_clear()


def token(role: str, unit: str = "", scope: tuple[str, ...] = (), login: str = "") -> dict[str, str]:
    """The header of a token of somebody of that role in the present hub; it carries all that the role may."""
    from data.accounts import accounts
    from data.ledger import open_ledger
    from data.person import roles
    from data.tokens import create_token

    name = account(role, unit, login=login)
    with open_ledger() as ledger:
        person = next(a.person for a in accounts(ledger) if a.login == name)
        secret = create_token(ledger, person, "thử", scope or sorted(roles()[role].may), 30)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def api(hub: Path, started: TestClient) -> TestClient:
    """The API, asked by the department's token."""
    started.cookies.clear()
    started.headers.update(token("department", UNIT))
    return started
