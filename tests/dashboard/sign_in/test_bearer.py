"""Tokens at the door: they open the API and nothing else, within their scope, whatever page asks."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from data.accounts import account_of
from data.ledger import open_ledger
from data.tokens import create_token, revoke_token, tokens
from tests.people import account, quick_hashes, signed_in

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")
NOWHERE = "/api/v1/nowhere-at-all"
"""An address of the API that no route answers: whoever gets past the door is told something else than 401."""


def token(client: TestClient, role: str = "department", *scope: str) -> str:
    """A token, as nobody who is signed in."""
    client.cookies.clear()
    login = account(role)
    with open_ledger() as ledger:
        owner = account_of(ledger, login=login)
        assert owner is not None
        return create_token(ledger, owner.person, "máy", set(scope) or {"read.own", "submit"}, 30)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_token_opens_the_api(client: TestClient) -> None:
    secret = token(client)
    assert client.get(NOWHERE, headers=bearer(secret)).status_code != 401
    assert client.get(NOWHERE, headers={"authorization": f"bearer  {secret} "}).status_code != 401


@pytest.mark.parametrize("header", ["Bearer hub_nonsense", "Bearer", "Basic aHViOmh1Yg==", "hub_", ""])
def test_anything_else_does_not(client: TestClient, header: str) -> None:
    client.cookies.clear()
    answer = client.get(NOWHERE, headers={"authorization": header})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == "nobody" and said["title"] == "Cần đăng nhập" and said["title_en"] == "Sign-in needed"


def test_a_token_opens_no_page_and_no_form(client: TestClient) -> None:
    secret = token(client)
    for path in ("/account", "/account/signed-in", "/_dash-layout", "/admin/accounts"):
        assert client.get(path, headers=bearer(secret)).status_code == 401
    assert client.post("/account/tokens/create", headers=bearer(secret), data={"name": "x"}).status_code == 401


def test_a_wrong_token_is_not_helped_by_a_session(client: TestClient) -> None:
    signed_in(client, "leader")
    assert client.get(NOWHERE, headers=bearer("hub_nonsense")).status_code == 401
    assert client.get(NOWHERE).status_code != 401


def test_a_revoked_token_opens_nothing_more(client: TestClient) -> None:
    secret = token(client)
    with open_ledger() as ledger:
        owner = account_of(ledger, login=account("department"))
        assert owner is not None
        revoke_token(ledger, owner.person, tokens(ledger, owner.person)[0].token_id)
    assert client.get(NOWHERE, headers=bearer(secret)).status_code == 401


def test_a_token_writes_from_anywhere_and_a_session_from_this_house_only(client: TestClient) -> None:
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    secret = token(client)
    assert client.post(NOWHERE, headers={**evil, **bearer(secret)}).status_code not in (401, 403)
    signed_in(client, "department")
    assert client.post(NOWHERE, headers=evil).status_code == 403
