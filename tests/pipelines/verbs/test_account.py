"""`hub account` and the demonstration's accounts: what an administrator at the server's shell can do."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from data.account_error import AccountError
from data.accounts import accounts
from data.ledger import open_ledger
from data.person import roles
from data.sign_in import sign_in
from data.submission import NewSubmission
from pipelines.demonstration_accounts import accounts_file, make_demonstration_accounts
from pipelines.verbs.account import command
from tests.people import quick_hashes

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("hub_home", "quick_hashes")


def run(*words: str) -> Result:
    return CliRunner().invoke(command, words)


def password_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip().rpartition(" ")[2]


def test_somebody_added_signs_in_with_the_password_that_was_printed() -> None:
    added = run("add", "lan", "--name", "Nguyễn Thị Lan", "--role", "department", "--unit", "Sở VHTTDL")
    with open_ledger() as ledger:
        account = sign_in(ledger, "lan", password_of(added))
    assert (account.role, account.unit, account.must_change) == ("department", "56-SVHTTDL", True)


def test_a_reset_opens_a_disabled_account_again_with_a_new_password() -> None:
    first = password_of(run("add", "lan", "--name", "Lan", "--role", "leader"))
    assert run("disable", "lan").exit_code == 0
    assert "■" in run("list").output
    second = password_of(run("reset", "lan"))
    with open_ledger() as ledger:
        with pytest.raises(AccountError):
            sign_in(ledger, "lan", first)
        assert sign_in(ledger, "lan", second)


@pytest.mark.parametrize(
    "words",
    [("reset", "nobody"), ("disable", "nobody"), ("add", "x", "--name", "X", "--role", "department"),
     ("add", "x", "--name", "X", "--role", "king"), ("add", "x", "--name", "X", "--role", "leader", "--unit", "zzz")],
)  # fmt: skip
def test_what_cannot_be_done_leaves_with_64_and_changes_nothing(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 64
    with open_ledger() as ledger:
        assert accounts(ledger) == []


def test_the_list_is_there_for_programs() -> None:
    run("add", "lan", "--name", "Lan", "--role", "leader")
    (item,) = json.loads(run("list", "--format", "json").stdout)["accounts"]
    assert (item["login"], item["role"], item["disabled"], item["must_change"]) == ("lan", "leader", False, True)
    assert not {"password_hash", "subject"} & set(item)


def test_the_demonstration_has_one_account_of_each_role_and_its_passwords_work(hub_home: Path) -> None:
    with open_ledger() as ledger:
        make_demonstration_accounts(ledger)
        lines = [line.split() for line in accounts_file().read_text(encoding="utf-8").splitlines()]
        signed = [sign_in(ledger, login, password) for login, password, *_ in lines]
        assert {a.role for a in signed} == set(roles()) and not any(a.must_change for a in signed)
        assert {a.unit for a in signed if a.role == "approver"} == {"56-SVHTTDL"}
        assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600
        before = accounts_file().read_text(encoding="utf-8")
        make_demonstration_accounts(ledger)
    assert accounts_file().read_text(encoding="utf-8") == before
    assert len({password for _, password, *_ in lines}) == len(lines)


def test_a_hub_with_anything_real_has_no_demonstration_accounts(hub_home: Path) -> None:
    with open_ledger() as ledger:
        ledger.receive(
            [NewSubmission("lodging_guests", "56-SVHTTDL", "2026-10", "0" * 64, "t10.xlsx", 1, channel="desk",
                           received_at=datetime.fromisoformat("2026-11-03T08:00:00+07:00"))]
        )  # fmt: skip
        make_demonstration_accounts(ledger)
        assert accounts(ledger) == []
    assert not accounts_file().exists()
