"""The verbs by which people decide: each is entered under an account, with that account's rights, and takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from data.audit import entries
from data.ledger import open_ledger
from data.warehouse import open_judging
from pipelines.cli import main
from pipelines.queue_worker import work_once
from tests.beehives import COMMUNES, UNIT, beehives, events, send, write_contract
from tests.people import account


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contract(tmp_path / "contracts", beehives(approval=True), monkeypatch)


def run(*words: str, as_: str = "", wanted: int = 0) -> str:
    given: Sequence[str] = [*words, *(["--as", as_] if as_ else [])]
    said = CliRunner().invoke(main, given)
    assert said.exit_code == wanted, said.output
    return said.output


def hives() -> object:
    with open_judging(lake=True) as con:
        return (con.execute("SELECT sum(hives) FROM lake.core.beehives").fetchone() or [None])[0]


def test_approve_return_and_withdraw_take_effect_at_once(tmp_path: Path) -> None:
    clerk, head = account("department", UNIT), account("approver", UNIT)
    first, second = send(tmp_path, [10, 20]), send(tmp_path, [11, 21])
    work_once()
    run("approve", first.receipt, as_=clerk, wanted=1)
    run("approve", first.receipt, as_="nobody", wanted=64)
    run("approve", "2026-01-000000", as_=head, wanted=64)
    assert hives() is None
    assert "approved" in run("approve", first.receipt, as_=head) and hives() == 30
    assert "returned" in run("approve", second.receipt, "--return", "sai cột", as_=head) and hives() == 30
    run("withdraw", first.receipt, "--reason", "nhầm", as_=head, wanted=1)
    run("withdraw", first.receipt, "--reason", "nhầm", as_=clerk)
    assert hives() is None and "withdrawn" in events(first)
    with open_ledger() as ledger:
        done = [e.action for e in entries(ledger, action="submission.")]
    assert done == ["submission.withdraw", "submission.return", "submission.approve"]


def test_a_period_is_closed_and_reopened(tmp_path: Path) -> None:
    operator, head = account("operator"), account("approver", UNIT)
    first = send(tmp_path, [10, 20])
    work_once()
    run("approve", first.receipt, as_=head)
    run("close", "beehives", "2026-10", "--reason", "chốt", as_=head, wanted=1)
    run("close", "beehives", "2026-Q3", "--reason", "chốt", as_=operator, wanted=64)
    run("close", "beehives", "2026-10", "--reason", "chốt", as_=operator)
    second = send(tmp_path, [11, 21])
    work_once()
    run("approve", second.receipt, as_=head)
    assert hives() == 30
    run("reopen", "beehives", "2026-10", "--reason", "có số mới", as_=operator)
    assert hives() == 32


def test_a_warning_is_explained_and_a_due_moment_moved(tmp_path: Path) -> None:
    operator, clerk = account("operator"), account("department", UNIT)
    sent = send(tmp_path, [9000, 20])
    work_once()
    run("explain", "give", sent.receipt, "many_hives", "Trại ong mới", as_=clerk)
    assert "many_hives" in run("explain", "list", "--state", "open")
    run("explain", "accept", "1", as_=clerk, wanted=1)
    run("explain", "accept", "1", "--note", "đúng", as_=operator)
    run("explain", "refuse", "1", "--note", "sai", as_=operator, wanted=1)
    item = ["--dataset", "beehives", "--unit", UNIT, "--period", "2026-10"]
    run("extend", "ask", *item, "--until", "2026-12-01", "--reason", "bão", as_=clerk)
    run("extend", "grant", "1", as_=operator)
    assert "granted" in run("extend", "list") and '"granted"' in run("extend", "list", "--format", "json")
    with open_judging(lake=True) as con:
        found = con.execute(
            "SELECT (SELECT count(*) FROM lake.quality.explained), "
            "(SELECT strftime(due_at, '%Y-%m-%d') FROM lake.marts.obligation WHERE period = '2026-10')"
        ).fetchone()
    assert found == (1, "2026-12-01")


def test_who_sends_is_told_what_the_version_waits_for(tmp_path: Path) -> None:
    head, clerk, operator = account("approver", UNIT), account("department", UNIT), account("operator")
    path = tmp_path / "ong.csv"
    item = ["--dataset", "beehives", "--unit", UNIT, "--period", "2026-10"]

    def sent(*hives: int) -> str:
        rows = [f"{commune};{n}" for commune, n in zip(COMMUNES, hives, strict=False)]
        path.write_text("\n".join(["Xã;Số đàn", *rows]) + "\n", encoding="utf-8")
        return run("submit", str(path), *item)

    first = sent(10, 20, 30)
    assert "chờ duyệt" in first and "chờ duyệt" in run("status", "--dataset", "beehives")
    run("approve", first.split()[2], as_=head)
    assert "chờ duyệt" not in run("status", "--dataset", "beehives")
    second = sent(11)
    assert "chờ người gửi xác nhận" in second
    assert "chờ xác nhận" in run("status", "--dataset", "beehives") and hives() == 60, "the one before it counts"
    run("confirm", second.split()[2], as_=clerk)
    run("close", "beehives", "2026-10", "--reason", "chốt", as_=operator)
    third = sent(12, 22, 32)
    assert "chờ mở lại kỳ" in third or "chờ duyệt" in third
    run("approve", third.split()[2], as_=head)
    assert hives() == 60
