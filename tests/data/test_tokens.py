"""Personal tokens: narrower than their owner, good for a while, ended at once, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data import tokens as module
from data.account_error import AccountError
from data.accounts import Account, create_account
from data.clock import now
from data.ledger import Ledger, open_ledger
from data.person import HUB
from data.tokens import create_token, person_of_token, revoke_token, tokens


@pytest.fixture
def ledger(hub_home: Path) -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


@pytest.fixture
def lan(ledger: Ledger) -> Account:
    return create_account(ledger, "lan", "Lan", "department", unit="56-SVHTTDL", subject="elsewhere lan")


def test_a_token_speaks_for_its_owner_within_its_scope(ledger: Ledger, lan: Account) -> None:
    secret = create_token(ledger, lan.person, "  phần mềm   báo cáo ", {"submit"}, 90)
    person = person_of_token(ledger, secret)
    assert person is not None and (person.login, person.unit) == ("lan", "56-SVHTTDL")
    assert person.may("submit") and not person.may("read.own") and not person.may("administer")
    (token,) = tokens(ledger, lan.person)
    assert token.name == "phần mềm báo cáo" and token.scope == {"submit"} and token.used_at is not None
    assert timedelta(days=89) < token.expires_at - now() <= timedelta(days=90)


def test_only_its_hash_is_kept(ledger: Ledger, lan: Account) -> None:
    secret = create_token(ledger, lan.person, "máy", {"submit"}, 90)
    assert secret.startswith("hub_") and len(secret) > 40
    with ledger.reading() as con:
        for name in ("token", "audit"):
            assert secret not in str(con.exec_driver_sql(f"SELECT * FROM {name}").all())


@pytest.mark.parametrize(
    ("name", "scope", "days", "code"),
    [
        (" ", {"submit"}, 90, "token_name"),
        ("x" * 81, {"submit"}, 90, "token_name"),
        ("máy", set(), 90, "token_scope"),
        ("máy", {"administer"}, 90, "token_scope"),
        ("máy", {"submit", "nonsense"}, 90, "token_scope"),
        ("máy", {"submit"}, 0, "token_days"),
        ("máy", {"submit"}, 367, "token_days"),
    ],
)
def test_what_makes_no_token(ledger: Ledger, lan: Account, name: str, scope: set[str], days: int, code: str) -> None:
    with pytest.raises(AccountError) as caught:
        create_token(ledger, lan.person, name, scope, days)
    assert caught.value.code == code and tokens(ledger, lan.person) == []


def test_a_token_makes_no_token(ledger: Ledger, lan: Account) -> None:
    narrow = person_of_token(ledger, create_token(ledger, lan.person, "máy", {"submit"}, 90))
    assert narrow is not None
    with pytest.raises(AccountError):
        create_token(ledger, narrow, "rộng hơn", {"submit", "read.own"}, 90)


def test_an_expired_or_revoked_token_opens_nothing(
    ledger: Ledger, lan: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (create_token(ledger, lan.person, n, {"submit"}, 30) for n in ("một", "hai"))
    stranger = create_account(ledger, "khac", "Khác", "leader", subject="elsewhere khac")
    number = next(t.token_id for t in tokens(ledger, lan.person) if t.name == "một")
    for person, token in ((stranger.person, number), (lan.person, 9999), (HUB, number)):
        with pytest.raises(AccountError):
            revoke_token(ledger, person, token)
    assert person_of_token(ledger, first)
    revoke_token(ledger, lan.person, number)
    assert person_of_token(ledger, first) is None and person_of_token(ledger, second)
    moment = now() + timedelta(days=30, seconds=1)
    monkeypatch.setattr(module, "now", lambda: moment)
    assert person_of_token(ledger, second) is None
    assert [t.valid(moment) for t in tokens(ledger, lan.person)] == [False, False]


def test_nothing_but_a_token_is_a_token(ledger: Ledger, lan: Account) -> None:
    secret = create_token(ledger, lan.person, "máy", {"submit"}, 30)
    for other in ("", "hub_", secret[:-1], secret + "x", secret.upper(), secret.removeprefix("hub_")):
        assert person_of_token(ledger, other) is None
