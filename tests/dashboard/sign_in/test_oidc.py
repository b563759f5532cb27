"""Signing in at an OpenID Connect server that really runs: the whole way there and back, and what must not pass."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from oidc_provider_mock import run_server_in_thread

from data.accounts import account_of
from data.audit import entries
from data.ledger import open_ledger
from data.settings import settings
from tests.dashboard.test_app import panels
from tests.people import account, quick_hashes

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")
PEOPLE = {
    "minh": {"name": "Lê Minh", "preferred_username": "le.minh", "role": "department", "unit": "56-SVHTTDL"},
    "giam-doc": {"name": "Giám đốc", "preferred_username": "giam.doc", "role": ["staff", "approver"], "unit": "SKHCN"},
    "khach": {"name": "Khách", "preferred_username": "khach"},
    "khong-don-vi": {"name": "Ai", "preferred_username": "khong.don.vi", "role": "department"},
    "trung": {"name": "Trùng", "preferred_username": "trung.ten", "role": "administrator"},
    "nhom": {"name": "Theo nhóm", "email": "nhom@example.vn", "groups": ["mọi người", "VP UBND"], "dept": "Văn phòng"},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A server of accounts on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with run_server_in_thread() as server:
            address = f"http://localhost:{server.server_port}"
            for sub, claims in PEOPLE.items():
                httpx.put(f"{address}/users/{sub}", json=claims).raise_for_status()
            yield address


@pytest.fixture
def away(client: TestClient, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The app, told of the server; nobody signed in."""
    for name, value in {"ISSUER": issuer, "CLIENT": "hub", "SECRET": "s3cret"}.items():
        monkeypatch.setenv(f"HUB_OIDC_{name}", value)
    settings.cache_clear()
    client.cookies.clear()
    yield client
    client.cookies.clear()
    settings.cache_clear()


def depart(client: TestClient, to: str = "/account") -> str:
    """The address that the app sends the browser to."""
    answer = client.get(f"/sign-in/oidc?next={to}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def approve(address: str, sub: str) -> str:
    """Sign in there; gives path and query of the way back."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.netloc == "testserver"
    return f"{back.path}?{back.query}"


def arrive(client: TestClient, sub: str, to: str = "/account") -> httpx.Response:
    return client.get(approve(depart(client, to), sub), follow_redirects=False)


def test_the_button_stands_where_a_server_is_set(away: TestClient) -> None:
    page = away.get("/sign-in?next=/desk").text
    assert 'href="/sign-in/oidc?next=%2Fdesk"' in page and "Dùng tài khoản của tỉnh" in page
    assert 'name="password"' in page


def test_the_first_sign_in_makes_the_account_that_the_claims_say(away: TestClient) -> None:
    arrived = arrive(away, "minh")
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/account")
    assert "Lê Minh" in panels(away, "/account")["me"]
    with open_ledger() as ledger:
        made = account_of(ledger, login="le.minh")
        assert made and (made.role, made.unit, made.external, made.must_change) == (
            "department", "56-SVHTTDL", True, False,
        )  # fmt: skip
        assert entries(ledger, action="sign_in", object_="account:le.minh")[0].detail == {"by": "oidc"}
    away.cookies.clear()
    assert arrive(away, "minh").status_code == 303
    assert "đăng nhập bằng tài khoản của tỉnh" in panels(away, "/account")["me"].lower()


def test_a_role_is_found_in_a_list_and_a_unit_by_its_short_code(away: TestClient) -> None:
    assert arrive(away, "giam-doc").status_code == 303
    with open_ledger() as ledger:
        found = account_of(ledger, login="giam.doc")
    assert found and (found.role, found.unit) == ("approver", "56-SKHCN")


def test_what_the_server_says_of_the_role_counts_at_each_sign_in(away: TestClient, issuer: str) -> None:
    httpx.put(f"{issuer}/users/doi", json={"preferred_username": "doi.vai", "role": "operator"}).raise_for_status()
    assert arrive(away, "doi").status_code == 303
    httpx.put(f"{issuer}/users/doi", json={"preferred_username": "doi.vai", "role": "leader"}).raise_for_status()
    assert arrive(away, "doi").status_code == 303
    assert "forbidden" in panels(away, "/inbox")
    httpx.put(f"{issuer}/users/doi", json={"preferred_username": "doi.vai"}).raise_for_status()
    away.cookies.clear()
    refused = arrive(away, "doi")
    assert refused.status_code == 403 and "hub_session" not in away.cookies


@pytest.mark.parametrize(
    ("sub", "said"), [("khach", "chưa được cấp vai trò"), ("khong-don-vi", "cần một đơn vị"), ("trung", "đã có")]
)
def test_who_has_no_place_here_is_told(away: TestClient, sub: str, said: str) -> None:
    account("leader", login="trung.ten")
    refused = arrive(away, sub)
    assert refused.status_code == 403 and said in refused.text and 'name="password"' in refused.text
    assert "hub_session" not in away.cookies
    with open_ledger() as ledger:
        local = account_of(ledger, login="trung.ten")
    assert local and local.role == "leader" and not local.external


def test_a_disabled_account_stays_out(away: TestClient, issuer: str) -> None:
    from data.account_changes import disable_account
    from data.person import HUB

    httpx.put(f"{issuer}/users/nghi", json={"preferred_username": "da.nghi", "role": "leader"}).raise_for_status()
    assert arrive(away, "nghi").status_code == 303
    with open_ledger() as ledger:
        disable_account(ledger, HUB, "da.nghi")
    refused = arrive(away, "nghi")
    assert refused.status_code == 403 and "bị khóa" in refused.text


def test_a_mapping_gives_roles_and_units_to_groups_and_people(
    away: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "roles: {VP UBND: department}\nunits: {Văn phòng: SKHCN}\npeople:\n  khach: {role: operator}\n",
        encoding="utf-8",
    )
    for name, value in {"MAPPING": str(mapping), "ROLE_CLAIM": "groups", "UNIT_CLAIM": "dept"}.items():
        monkeypatch.setenv(f"HUB_OIDC_{name}", value)
    settings.cache_clear()
    for sub in ("nhom", "khach"):
        assert arrive(away, sub).status_code == 303
    with open_ledger() as ledger:
        group, guest = account_of(ledger, login="nhom@example.vn"), account_of(ledger, login="khach")
    assert group and (group.role, group.unit, group.name) == ("department", "56-SKHCN", "Theo nhóm")
    assert guest and guest.role == "operator"


def test_the_way_out_carries_state_nonce_and_a_challenge(away: TestClient) -> None:
    first, second = (dict(parse_qsl(urlsplit(depart(away)).query)) for _ in range(2))
    assert first["response_type"] == "code" and first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://testserver/sign-in/oidc/back"
    assert set(first["scope"].split()) >= {"openid", "profile"}
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 32 and first[name] != second[name]
    cookie = away.get("/sign-in/oidc", follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "max-age=600" in cookie


def test_the_code_is_redeemed_with_the_verifier_of_the_challenge(
    away: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: dict[str, str] = {}
    post = httpx.AsyncClient.send

    async def seen(self: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            sent.update({k: v[0] for k, v in parse_qs(request.content.decode()).items()})
        return await post(self, request, **more)

    monkeypatch.setattr(httpx.AsyncClient, "send", seen)
    address = depart(away)
    challenge = dict(parse_qsl(urlsplit(address).query))["code_challenge"]
    assert away.get(approve(address, "minh"), follow_redirects=False).status_code == 303
    digest = urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert digest == challenge and "s3cret" not in str(sent)


def test_whoever_did_not_depart_from_here_does_not_arrive(away: TestClient) -> None:
    back = approve(depart(away), "minh")
    away.cookies.clear()
    assert away.get(back, follow_redirects=False).status_code == 403
    back = approve(depart(away), "minh")
    for wrong in (back.replace("state=", "state=x"), back.partition("&state")[0], "/sign-in/oidc/back"):
        depart(away)
        refused = away.get(wrong, follow_redirects=False)
        assert refused.status_code == 403 and "hub_session" not in away.cookies
    for nonsense in ("zz", "7b7d", "5b5d", "22", b'{"state": 1}'.hex()):
        away.cookies.set("hub_oidc", nonsense, path="/sign-in/oidc")
        assert away.get(back, follow_redirects=False).status_code == 403
        away.cookies.clear()


def test_a_code_works_once(away: TestClient) -> None:
    address = depart(away)
    kept = away.cookies["hub_oidc"]
    back = approve(address, "minh")
    assert away.get(back, follow_redirects=False).status_code == 303
    away.cookies.clear()
    away.cookies.set("hub_oidc", kept, path="/sign-in/oidc")
    assert away.get(back, follow_redirects=False).status_code == 502
    assert "hub_session" not in away.cookies


def test_a_refusal_there_is_told_here(away: TestClient) -> None:
    state = dict(parse_qsl(urlsplit(depart(away)).query))["state"]
    refused = away.get(f"/sign-in/oidc/back?error=access_denied&state={state}", follow_redirects=False)
    assert refused.status_code == 403 and "không cho đăng nhập" in refused.text


def changed_token(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> None:
    """What the server answers, with another id token in it."""
    post = httpx.AsyncClient.send

    async def other(self: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = await post(self, request, **more)
        if request.url.path != "/oauth2/token":
            return answer
        content = json.loads(await answer.aread())
        content["id_token"] = change(content["id_token"])
        return httpx.Response(answer.status_code, json=content, request=request)

    monkeypatch.setattr(httpx.AsyncClient, "send", other)


def part(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def read(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return content


def unsigned(token: str) -> str:
    return f"{part({'alg': 'none'})}.{token.split('.')[1]}."


def raised(token: str) -> str:
    head, body, seal = token.split(".")
    return f"{head}.{part({**read(body), 'role': 'administrator'})}.{seal}"


def sealed_by_another(token: str) -> str:
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    head, body, _ = token.split(".")
    return jwt.encode(read(head), read(body), RSAKey.generate_key(2048))


def sealed_with_the_secret(token: str) -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    return jwt.encode({"alg": "HS256"}, read(token.split(".")[1]), OctKey.import_key("s3cret" * 8))


@pytest.mark.parametrize("change", [unsigned, raised, sealed_by_another, sealed_with_the_secret, lambda _: "nonsense"])
def test_a_forged_id_token_opens_nothing(
    away: TestClient, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]
) -> None:
    back = approve(depart(away), "minh")
    changed_token(monkeypatch, change)
    refused = away.get(back, follow_redirects=False)
    assert refused.status_code == 502 and "hub_session" not in away.cookies


def test_a_token_for_another_sign_in_or_another_client_opens_nothing(
    away: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = depart(away)
    kept = json.loads(bytes.fromhex(away.cookies["hub_oidc"]))
    back = approve(address, "minh")
    away.cookies.clear()
    away.cookies.set("hub_oidc", json.dumps({**kept, "nonce": "another"}).encode().hex(), path="/sign-in/oidc")
    assert away.get(back, follow_redirects=False).status_code == 502
    back = approve(depart(away), "minh")
    tokens: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        changed_token(patch, lambda token: tokens.append(token) or token)
        assert away.get(back, follow_redirects=False).status_code == 303
    assert read(tokens[0].split(".")[1])["aud"] in ("hub", ["hub"])
    away.cookies.clear()
    monkeypatch.setenv("HUB_OIDC_CLIENT", "another-client")
    settings.cache_clear()
    back = approve(depart(away), "minh")
    changed_token(monkeypatch, lambda _: tokens[0])
    assert away.get(back, follow_redirects=False).status_code == 502


def test_a_server_that_does_not_answer_leaves_local_accounts(away: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for issuer in ("http://localhost:1", "http://id.example.vn"):
        monkeypatch.setenv("HUB_OIDC_ISSUER", issuer)
        settings.cache_clear()
        refused = away.get("/sign-in/oidc?next=/desk", follow_redirects=False)
        assert refused.status_code == 502 and "hãy thử lại" in refused.text and 'name="password"' in refused.text


def test_a_server_under_another_name_is_not_believed(
    away: TestClient, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_OIDC_ISSUER", issuer.replace("localhost", "127.0.0.1") + "/")
    settings.cache_clear()
    assert away.get("/sign-in/oidc", follow_redirects=False).status_code == 502


def test_behind_a_proxy_people_come_back_to_the_public_address(
    away: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example.vn/")
    settings.cache_clear()
    query = dict(parse_qsl(urlsplit(depart(away)).query))
    assert query["redirect_uri"] == "https://hub.example.vn/sign-in/oidc/back"
