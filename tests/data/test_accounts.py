"""Accounts and sessions: who gets in, who is kept out, and that a change counts at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data import sessions as session_store
from data import sign_in as sign_in_module
from data.account_changes import disable_account, enable_account, place_account, reset_password, unlock_account
from data.account_error import AccountError
from data.accounts import Account, account_of, accounts, create_account
from data.audit import entries
from data.clock import LOCAL_TIME, now
from data.ledger import Ledger, open_ledger
from data.passwords import one_time_password, strong_enough
from data.person import HUB
from data.sessions import begin_session, end_session, person_of_session, session_key, sessions
from data.sign_in import change_password, sign_in, sign_in_elsewhere
from data.tokens import create_token, person_of_token
from tests.people import PASSWORD, quick_hashes

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def ledger(hub_home: Path) -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


@pytest.fixture
def lan(ledger: Ledger) -> Account:
    return create_account(ledger, "Lan.Nguyen ", "Nguyễn Thị Lan", "department", unit="SVHTTDL", password=PASSWORD)


@pytest.fixture
def admin(ledger: Ledger) -> Account:
    return create_account(ledger, "admin", "Quản trị", "administrator", password=PASSWORD)


def refused(code: str) -> pytest.RaisesExc[AccountError]:
    return pytest.RaisesExc(AccountError, check=lambda error: error.code == code and bool(error.vi and error.en))


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    moment = now() + timedelta(**by)
    for module in (sign_in_module, session_store):
        monkeypatch.setattr(module, "now", lambda: moment)


def test_an_account_has_one_form_of_login_and_the_unit_s_full_code(lan: Account) -> None:
    assert (lan.login, lan.unit, lan.must_change, lan.external) == ("lan.nguyen", "56-SVHTTDL", True, False)


@pytest.mark.parametrize(
    ("login", "role", "unit", "password", "code"),
    [
        ("LAN.nguyen", "leader", "", PASSWORD, "taken"),
        ("x", "king", "", PASSWORD, "no_role"),
        ("x", "department", "", PASSWORD, "needs_unit"),
        ("x", "department", "56-NOWHERE", PASSWORD, "no_unit"),
        ("", "leader", "", PASSWORD, "bad_login"),
        ("two words", "leader", "", PASSWORD, "bad_login"),
        ("x", "leader", "", "short", "weak_password"),
        ("tranvana", "leader", "", "TranVanA2026!", "weak_password"),
        ("x", "leader", "", "aaaaaaaaaaaa", "weak_password"),
    ],
)
def test_what_makes_no_account(
    ledger: Ledger, lan: Account, login: str, role: str, unit: str, password: str, code: str
) -> None:
    with refused(code):
        create_account(ledger, login, "Ai đó", role, unit=unit, password=password)
    assert [a.login for a in accounts(ledger)] == ["lan.nguyen"]


def test_one_time_passwords_are_strong_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        strong_enough(password, "somebody")


def test_the_hash_of_a_password_is_argon2_and_the_password_stands_nowhere(ledger: Ledger, lan: Account) -> None:
    with ledger.reading() as con:
        (row,) = con.exec_driver_sql("SELECT * FROM account").mappings().all()
    assert row["password_hash"].startswith("$argon2id$") and PASSWORD not in str(dict(row))


def test_wrong_login_and_wrong_password_are_refused_with_the_same_words(ledger: Ledger, lan: Account) -> None:
    said = []
    for login, password in (("nobody", PASSWORD), (lan.login, "Nước-mắm-585")):
        with refused("wrong") as caught:
            sign_in(ledger, login, password)
        said.append((caught.value.vi, caught.value.en))
    assert said[0] == said[1]
    assert sign_in(ledger, "LAN.NGUYEN", PASSWORD).account_id == lan.account_id


def test_repeated_failures_lock_the_account_for_a_while(
    ledger: Ledger, lan: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        with refused("wrong"):
            sign_in(ledger, lan.login, "sai-mật-khẩu-rồi")
    with refused("locked"):
        sign_in(ledger, lan.login, PASSWORD)
    later(monkeypatch, minutes=16)
    assert sign_in(ledger, lan.login, PASSWORD).login == lan.login
    assert len(entries(ledger, action="sign_in.locked")) == 1


def test_a_success_forgets_earlier_failures(ledger: Ledger, lan: Account) -> None:
    for _ in range(3):
        for _ in range(4):
            with refused("wrong"):
                sign_in(ledger, lan.login, "sai-mật-khẩu-rồi")
        sign_in(ledger, lan.login, PASSWORD)


def test_an_administrator_ends_the_pause(ledger: Ledger, lan: Account, admin: Account) -> None:
    for _ in range(5):
        with refused("wrong"):
            sign_in(ledger, lan.login, "sai-mật-khẩu-rồi")
    unlock_account(ledger, admin.person, lan.login)
    assert sign_in(ledger, lan.login, PASSWORD)


def test_a_changed_password_ends_every_session(ledger: Ledger, lan: Account) -> None:
    secret = begin_session(ledger, lan)
    with refused("wrong"):
        change_password(ledger, lan.person, "không-phải-nó-đâu", "Cá-cơm-than-2026")
    with refused("same"):
        change_password(ledger, lan.person, PASSWORD, PASSWORD)
    assert person_of_session(ledger, secret)
    change_password(ledger, lan.person, PASSWORD, "Cá-cơm-than-2026")
    assert person_of_session(ledger, secret) is None
    again = sign_in(ledger, lan.login, "Cá-cơm-than-2026")
    assert again.must_change is False
    with refused("wrong"):
        sign_in(ledger, lan.login, PASSWORD)


def test_guessing_the_present_password_locks_too(ledger: Ledger, lan: Account) -> None:
    for _ in range(5):
        with refused("wrong"):
            change_password(ledger, lan.person, "đoán-mò-thôi-nhé", "Cá-cơm-than-2026")
    with refused("locked"):
        change_password(ledger, lan.person, PASSWORD, "Cá-cơm-than-2026")


@pytest.mark.parametrize("pause", [{"hours": 12.1}, {"minutes": 481}])
def test_a_session_ends_by_its_age_and_by_idleness(
    ledger: Ledger, lan: Account, monkeypatch: pytest.MonkeyPatch, pause: dict[str, float]
) -> None:
    secret = begin_session(ledger, lan)
    later(monkeypatch, **pause)
    assert person_of_session(ledger, secret) is None
    assert sessions(ledger, lan.person) == []


def test_use_keeps_a_session_alive_until_its_last_hour(
    ledger: Ledger, lan: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, began = begin_session(ledger, lan), now()
    for hours in (6, 11.5):
        monkeypatch.setattr(session_store, "now", lambda at=began + timedelta(hours=hours): at)
        assert person_of_session(ledger, secret)
    monkeypatch.setattr(session_store, "now", lambda: began + timedelta(hours=12.1))
    assert person_of_session(ledger, secret) is None


def test_people_see_and_end_their_own_sessions_only(ledger: Ledger, lan: Account, admin: Account) -> None:
    home, office = (begin_session(ledger, lan, address=a, agent="Firefox") for a in ("10.0.0.1", "10.0.0.2"))
    assert {s.address for s in sessions(ledger, lan.person)} == {"10.0.0.1", "10.0.0.2"}
    with refused("no_session"):
        end_session(ledger, admin.person, session_key(home))
    for key in ("", "%", "_" * 16):
        with refused("no_session"):
            end_session(ledger, lan.person, key)
    end_session(ledger, lan.person, session_key(home))
    assert person_of_session(ledger, home) is None and person_of_session(ledger, office)
    assert [s.key for s in sessions(ledger, lan.person)] == [session_key(office)]


def test_a_disabled_account_is_out_at_once_and_everywhere(ledger: Ledger, lan: Account, admin: Account) -> None:
    secret, token = begin_session(ledger, lan), create_token(ledger, lan.person, "máy", {"submit"}, 30)
    disable_account(ledger, admin.person, lan.login)
    assert person_of_session(ledger, secret) is None and person_of_token(ledger, token) is None
    with refused("wrong"):
        sign_in(ledger, lan.login, PASSWORD)
    enable_account(ledger, admin.person, lan.login)
    assert sign_in(ledger, lan.login, PASSWORD)
    assert person_of_session(ledger, secret) is None and person_of_token(ledger, token) is None


def test_a_reset_password_works_once_and_must_be_changed(ledger: Ledger, lan: Account, admin: Account) -> None:
    secret, token = begin_session(ledger, lan), create_token(ledger, lan.person, "máy", {"submit"}, 30)
    password = reset_password(ledger, admin.person, lan.login)
    assert person_of_session(ledger, secret) is None and person_of_token(ledger, token) is None
    with refused("wrong"):
        sign_in(ledger, lan.login, PASSWORD)
    assert sign_in(ledger, lan.login, password).must_change


def test_another_role_counts_from_the_next_request(ledger: Ledger, lan: Account, admin: Account) -> None:
    secret = begin_session(ledger, lan)
    place_account(ledger, admin.person, lan.login, "leader", "")
    found = person_of_session(ledger, secret)
    assert found and found.person.may("read.all") and not found.person.may("submit") and found.unit == ""
    (entry,) = entries(ledger, action="account.place")
    assert entry.actor == "admin" and entry.detail["was"] == ["department", "56-SVHTTDL"]


def test_nobody_shuts_resets_or_raises_their_own_account(ledger: Ledger, admin: Account) -> None:
    with refused("own_account"):
        disable_account(ledger, admin.person, "admin")
    with refused("own_account"):
        reset_password(ledger, admin.person, "ADMIN")
    with refused("own_account"):
        place_account(ledger, admin.person, "admin", "leader", "")
    with refused("no_account"):
        disable_account(ledger, HUB, "nobody")


def test_somebody_known_elsewhere_gets_an_account_once(ledger: Ledger) -> None:
    first = sign_in_elsewhere(ledger, "https://id 7", "minh", "Minh", "operator", "")
    again = sign_in_elsewhere(ledger, "https://id 7", "minh.moi", "Minh", "department", "SKHCN")
    assert first.account_id == again.account_id and first.external
    assert (again.login, again.role, again.unit) == ("minh", "department", "56-SKHCN")
    with refused("wrong"):
        sign_in(ledger, "minh", PASSWORD)
    with refused("external"):
        reset_password(ledger, HUB, "minh")


def test_a_server_elsewhere_never_takes_over_a_local_account(ledger: Ledger, lan: Account) -> None:
    with refused("taken"):
        sign_in_elsewhere(ledger, "https://id 8", lan.login, "Kẻ lạ", "administrator", "")
    assert account_of(ledger, login=lan.login) == lan
    sign_in_elsewhere(ledger, "https://id 9", "khac", "Khác", "leader", "")
    disable_account(ledger, HUB, "khac")
    with refused("disabled"):
        sign_in_elsewhere(ledger, "https://id 9", "khac", "Khác", "leader", "")


def test_every_step_is_in_the_audit(ledger: Ledger, lan: Account, admin: Account) -> None:
    with refused("wrong"):
        sign_in(ledger, lan.login, "sai-mật-khẩu-rồi", address="10.1.2.3")
    sign_in(ledger, lan.login, PASSWORD, address="10.1.2.3")
    change_password(ledger, lan.person, PASSWORD, "Cá-cơm-than-2026", address="10.1.2.3")
    disable_account(ledger, admin.person, lan.login)
    done = [(e.action, e.actor) for e in reversed(entries(ledger, object_="account:lan.nguyen"))]
    assert done == [
        ("account.create", "hub"), ("sign_in.refused", "hub"), ("sign_in", "lan.nguyen"),
        ("account.password", "lan.nguyen"), ("account.disable", "admin"),
    ]  # fmt: skip
    assert PASSWORD not in str(entries(ledger))


def test_moments_are_the_province_s(ledger: Ledger, lan: Account) -> None:
    begin_session(ledger, lan)
    (session,) = sessions(ledger, lan.person)
    assert session.created_at.utcoffset() == datetime.now(LOCAL_TIME).utcoffset()
