"""The way in and out, as a browser without scripts goes it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from data.accounts import create_account
from data.clock import now
from data.ledger import open_ledger
from data.person import HUB
from tests.dashboard.test_app import ask, panels
from tests.people import PASSWORD, account, quick_hashes, sign_in, signed_in

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")
HTML = {"accept": "text/html"}


def enter(client: TestClient, login: str, password: str = PASSWORD, **more: str) -> Response:
    client.cookies.clear()
    return client.post("/sign-in", data={"login": login, "password": password, **more}, follow_redirects=False)


@pytest.fixture
def newcomer(filled: object) -> str:
    from data.account_changes import reset_password
    from data.account_error import AccountError

    with open_ledger() as ledger:
        try:
            create_account(ledger, "moi", "Người mới", "leader", password="Lần-đầu-tiên-1")
        except AccountError:
            return reset_password(ledger, HUB, "moi")
    return "Lần-đầu-tiên-1"


def test_whoever_asks_for_a_page_is_led_through_sign_in_to_it(client: TestClient) -> None:
    client.cookies.clear()
    led = client.get("/quality?principle=dung", headers=HTML, follow_redirects=False)
    assert led.status_code == 303 and led.headers["location"] == "/sign-in?next=%2Fquality%3Fprinciple%3Ddung"
    form = client.get(led.headers["location"])
    assert form.status_code == 200 and 'value="/quality?principle=dung"' in form.text
    assert form.headers["cache-control"] == "no-store"
    entered = enter(client, account("leader"), next="/quality?principle=dung")
    assert (entered.status_code, entered.headers["location"]) == (303, "/quality?principle=dung")
    assert client.get(led.headers["location"], follow_redirects=False).headers["location"] == "/quality?principle=dung"


@pytest.mark.parametrize(
    "evil", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/sign-out",
             "/\t/evil.example"]
)  # fmt: skip
def test_the_way_on_stays_in_this_house(client: TestClient, evil: str) -> None:
    assert enter(client, account("leader"), next=evil).headers["location"] == "/"


def test_the_session_is_kept_from_scripts_and_other_sites(client: TestClient) -> None:
    cookie = enter(client, account("leader")).headers["set-cookie"].lower()
    assert "hub_session=" in cookie and "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie


def test_cookies_go_over_https_only_where_the_settings_say_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.settings import settings

    monkeypatch.setenv("HUB_SECURE_COOKIES", "true")
    settings.cache_clear()
    assert "; secure" in enter(client, account("leader")).headers["set-cookie"].lower()
    settings.cache_clear()


def test_a_wrong_password_says_so_and_keeps_the_login(client: TestClient) -> None:
    refused = enter(client, account("leader"), "sai-mật-khẩu-rồi")
    assert refused.status_code == 401 and "không đúng" in refused.text
    assert 'value="leader.x"' in refused.text and "sai-mật-khẩu" not in refused.text
    assert "hub_session" not in refused.headers.get("set-cookie", "")


def test_what_is_typed_is_text(client: TestClient) -> None:
    assert "<script>alert" not in enter(client, '"><script>alert(1)</script>', "x").text


def test_too_many_failures_are_told(client: TestClient) -> None:
    login = account("leader", login="hay.quen")
    for _ in range(5):
        enter(client, login, "sai-mật-khẩu-rồi")
    assert "tạm khóa đến" in enter(client, login).text


def test_the_first_sign_in_leads_to_a_password_of_one_s_own(client: TestClient, newcomer: str) -> None:
    assert enter(client, "moi", newcomer).status_code == 303
    for address in ("/", "/quality", "/account"):
        assert client.get(address, headers=HTML, follow_redirects=False).headers["location"] == "/account/password"
    assert client.post("/_dash-update-component", json={}).status_code == 403
    form = client.get("/account/password")
    assert "Lần đầu" in form.text
    new = "Trời-xanh-mây-trắng"
    refused = client.post("/account/password", data={"old": newcomer, "new": new, "again": new + "!"})
    assert refused.status_code == 400 and "không giống nhau" in refused.text
    before = client.cookies["hub_session"]
    changed = client.post("/account/password", data={"old": newcomer, "new": new, "again": new}, follow_redirects=False)
    assert changed.headers["location"] == "/" and client.cookies["hub_session"] != before
    assert client.get("/", headers=HTML).status_code == 200
    client.cookies.set("hub_session", before)


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    secret = signed_in(client, "leader").cookies["hub_session"]
    left = client.post("/sign-out", follow_redirects=False)
    assert left.headers["location"].startswith("/sign-in")
    client.cookies.set("hub_session", secret)
    assert client.get("/account/signed-in").status_code == 401
    client.cookies.clear()


def test_a_session_that_ended_is_told_to_scripts(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import sessions

    signed_in(client, "leader")
    assert client.get("/account/signed-in").status_code == 204
    moment = now() + timedelta(hours=13)
    monkeypatch.setattr(sessions, "now", lambda: moment)
    answer = client.get("/account/signed-in")
    assert answer.status_code == 401 and answer.json()["status"] == 401


@pytest.mark.parametrize("origin", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"},
                                    {"sec-fetch-site": "same-site"}])  # fmt: skip
def test_another_site_s_page_writes_nothing(client: TestClient, origin: dict[str, str]) -> None:
    assert client.post("/sign-out", headers=origin).status_code == 403
    assert client.get("/account/signed-in").status_code == 204


def test_readers_of_one_role_share_pages_but_not_names(client: TestClient) -> None:
    for login in ("leader.a", "leader.b"):
        header = panels(sign_in(client, account("leader", login=login)), "/quality")["header"]
        assert re.findall(r'me-name">([^<]+)<', header) == [login.title()]


def test_the_page_speaks_the_language_that_was_chosen(client: TestClient) -> None:
    client.cookies.clear()
    assert "<h1>Đăng nhập</h1>" in client.get("/sign-in").text
    english = client.get("/sign-in?lang=en&next=/desk")
    assert "<h1>Sign in</h1>" in english.text and 'lang="en"' in english.text
    assert "<h1>Sign in</h1>" in client.get("/sign-in").text
    client.cookies.clear()


def test_there_is_no_button_to_another_server_where_none_is_set(client: TestClient) -> None:
    client.cookies.clear()
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert client.get("/sign-in/oidc", follow_redirects=False).headers["location"] == "/sign-in"
    assert client.get("/sign-in/oidc/back?code=x&state=y", follow_redirects=False).headers["location"] == "/sign-in"


def test_a_page_shows_who_is_signed_in_and_only_their_places(client: TestClient) -> None:
    signed_in(client, "department")
    side = ask(client, "/account")["page"]["panels"]["side"]
    assert "/desk/send" in side and "/admin/accounts" not in side and "/quality" not in side
