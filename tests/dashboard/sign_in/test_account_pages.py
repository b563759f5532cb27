"""One's own account and the administrators' page: what is done there counts, what is secret is shown once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from data.accounts import account_of
from data.ledger import open_ledger
from tests.dashboard.test_app import panels
from tests.people import PASSWORD, account, quick_hashes, sign_in, signed_in

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")


def secret_of(answer: Response) -> str:
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    found = re.search(r'<code[^>]*id="secret"[^>]*>([^<]+)</code>', answer.text)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def other(client: TestClient) -> Iterator[TestClient]:
    """A second browser."""
    with TestClient(client.app) as second:
        yield second


def test_a_token_is_shown_once_and_works(client: TestClient) -> None:
    signed_in(client, "department")
    fields = {"name": "phần mềm <du lịch>", "days": "30", "scope": ["submit", "read.own"]}
    secret = secret_of(client.post("/account/tokens/create", data=fields))
    shown = panels(client, "/account")
    assert "phần mềm &lt;du lịch&gt;" in shown["tokens"] and secret not in "".join(shown.values())
    assert "administer" not in shown["new_token"] and "submit" in shown["new_token"]
    number = re.search(r'name="token" value="(\d+)"', shown["tokens"])
    assert number
    gone = client.post("/account/tokens/revoke", data={"token": number[1]}, follow_redirects=False)
    assert gone.headers["location"] == "/account?said=revoked"
    assert "Đã thu hồi" in panels(client, "/account?said=revoked")["said"]
    again = client.post("/account/tokens/revoke", data={"token": number[1]})
    assert again.status_code == 400 and "đã thu hồi" in again.text


@pytest.mark.parametrize("wrong", [{"scope": ["administer"]}, {"scope": []}, {"days": "9999"}, {"name": " "}])
def test_a_token_that_may_too_much_is_refused_in_words(client: TestClient, wrong: dict[str, object]) -> None:
    signed_in(client, "department")
    answer = client.post("/account/tokens/create", data={"name": "máy", "days": "30", "scope": ["submit"], **wrong})
    assert answer.status_code == 400 and 'role="alert"' in answer.text and 'href="/account"' in answer.text


def test_people_see_where_they_are_signed_in_and_end_it(client: TestClient, other: TestClient) -> None:
    login = account("leader", login="hai.noi")
    sign_in(client, login)
    sign_in(other, login)
    shown = panels(client, "/account")["sessions"]
    assert shown.count("nơi này") == 1
    keys = re.findall(r'name="key" value="([0-9a-f]+)"', shown)
    here = re.search(r'nơi này.*?name="key" value="([0-9a-f]+)"', shown, re.DOTALL)
    assert here and len(keys) >= 2
    assert client.cookies["hub_session"] not in shown
    for key in set(keys) - {here[1]}:
        client.post("/account/sessions/end", data={"key": key})
    assert other.get("/account/signed-in").status_code == 401
    assert client.get("/account/signed-in").status_code == 204


def test_a_word_of_the_address_is_only_ever_one_of_ours(client: TestClient) -> None:
    assert "said" not in panels(client, "/account?said=<script>")


def test_an_administrator_adds_somebody_who_signs_in_and_chooses_a_password(
    client: TestClient, other: TestClient
) -> None:
    signed_in(client, "administrator")
    fields = {"login": "Hoa.Tran", "name": "Trần Thị Hoa", "role": "department", "unit": "56-SKHCN", "email": ""}
    made = client.post("/admin/accounts/create", data=fields)
    password = secret_of(made)
    assert "hoa.tran" in made.text
    shown = panels(client, "/admin/accounts?q=hoa.tran")
    assert "Trần Thị Hoa" in shown["list"] and "Sở Khoa học và Công nghệ" in shown["list"]
    assert "chờ đổi mật khẩu" in shown["list"] and password not in "".join(shown.values())
    sign_in(other, "hoa.tran", password)
    landed = other.get("/", headers={"accept": "text/html"}, follow_redirects=False)
    assert landed.headers["location"] == "/account/password"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"login": "quan.tri"}, "đã có"), ({"role": "king"}, "Không có vai trò"), ({"unit": ""}, "cần một đơn vị"),
     ({"unit": "99-X"}, "Không có đơn vị"), ({"name": " "}, "họ tên")],
)  # fmt: skip
def test_what_cannot_be_added_says_why(client: TestClient, change: dict[str, str], said: str) -> None:
    sign_in(client, account("administrator", login="quan.tri"))
    fields = {"login": "nguoi.moi", "name": "Người mới", "role": "department", "unit": "56-SKHCN", **change}
    answer = client.post("/admin/accounts/create", data=fields)
    assert answer.status_code in (400, 422) and (answer.status_code == 422 or said in answer.text)


def test_an_administrator_disables_enables_unlocks_and_places(client: TestClient, other: TestClient) -> None:
    login = account("leader", login="bi.khoa")
    sign_in(other, login)
    signed_in(client, "administrator")

    def do(verb: str, **more: str) -> str:
        answer = client.post(f"/admin/accounts/{verb}", data={"login": login, **more}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return panels(client, answer.headers["location"])["said"]

    assert "Đã khóa" in do("disable")
    assert other.get("/account/signed-in").status_code == 401
    assert "đã khóa" in panels(client, "/admin/accounts?state=disabled")["list"]
    assert "Mở lại" in panels(client, f"/admin/accounts?account={login}")["one"]
    assert "Đã mở lại" in do("enable")
    for _ in range(5):
        other.post("/sign-in", data={"login": login, "password": "sai-mật-khẩu-rồi"})
    assert "Bỏ tạm khóa" in panels(client, f"/admin/accounts?account={login}")["one"]
    assert "Đã bỏ tạm khóa" in do("unlock")
    sign_in(other, login)
    assert "Đã lưu" in do("place", role="approver", unit="56-SKHCN")
    assert "forbidden" in panels(other, "/quality")
    with open_ledger() as ledger:
        placed = account_of(ledger, login=login)
    assert placed and (placed.role, placed.unit) == ("approver", "56-SKHCN")


def test_a_reset_password_is_shown_once_and_replaces_the_old(client: TestClient, other: TestClient) -> None:
    login = account("leader", login="quen.roi")
    signed_in(client, "administrator")
    password = secret_of(client.post("/admin/accounts/reset", data={"login": login}))
    assert other.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 401
    sign_in(other, login, password)


def test_one_s_own_account_is_out_of_one_s_reach(client: TestClient) -> None:
    login = account("administrator", login="tu.minh")
    sign_in(client, login)
    assert "quản trị viên khác" in panels(client, f"/admin/accounts?account={login}")["one"]
    for verb in ("disable", "reset"):
        assert client.post(f"/admin/accounts/{verb}", data={"login": login}).status_code == 400
    assert client.get("/account/signed-in").status_code == 204


def test_the_list_is_filtered_and_stepped_through(client: TestClient) -> None:
    for number in range(30):
        account("engineer", login=f"ky.su.{number:02}")
    signed_in(client, "administrator")
    first = panels(client, "/admin/accounts?role=engineer&q=ky.su")["list"]
    second = panels(client, "/admin/accounts?role=engineer&q=ky.su&page=2")["list"]
    assert (first.count("ky.su.0"), "30 tài khoản" in first, "ky.su.29" in second) == (20, True, True)
    assert "ky.su" not in panels(client, "/admin/accounts?role=leader&page=<b>")["list"]
    assert "Không có tài khoản nào khớp" in panels(client, "/admin/accounts?q=khong-ai-ca")["list"]
