"""People for tests: accounts of every role, and clients signed in as them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

__all__ = ["PASSWORD", "account", "quick_hashes", "sign_in", "signed_in"]

PASSWORD = "Nước-mắm-584"


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of the same kind that take no time, for tests of many sign-ins."""
    from argon2 import PasswordHasher

    from data import passwords

    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


def account(role: str, unit: str = "", *, login: str = "") -> str:
    """An account of that role in the present hub, made where it is not there yet; gives its login."""
    from data.accounts import AccountError, create_account
    from data.ledger import open_ledger

    # Roles that act for a unit act for the one whose data the tests send.
    unit = unit or ("56-SVHTTDL" if role in ("department", "approver") else "")
    name = login or f"{role}.{unit or 'x'}".lower()
    with open_ledger() as ledger:
        try:
            create_account(ledger, name, name.title(), role, unit=unit, password=PASSWORD, must_change=False)
        except AccountError as error:
            if error.code != "taken":
                raise
    return name


def sign_in(client: TestClient, login: str, password: str = PASSWORD) -> TestClient:
    """Sign a client in through the page's own form."""
    client.cookies.clear()
    answer = client.post("/sign-in", data={"login": login, "password": password}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return client


def signed_in(client: TestClient, role: str, unit: str = "") -> TestClient:
    """The client, signed in as somebody of that role."""
    return sign_in(client, account(role, unit))
