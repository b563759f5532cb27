"""Replay shows what a changed contract would judge otherwise, writes nothing by itself, and enters it when told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.replay import Replayed, replay
from assets.replay_apply import apply_replay
from data.audit import entries
from data.closings import close_period
from data.contract import load_contracts
from data.lake_lock import lake_lock
from data.ledger import Ledger, open_ledger
from data.settings import settings
from data.standing import StandingError, approve, state_of
from data.submission import Submission
from data.warehouse import data_version, open_judging, open_warehouse
from pipelines.cli import main
from pipelines.queue_worker import work_once
from tests.beehives import CLERK, ENGINEER, HEAD, OPERATOR, beehives, contract, events, send, write_contract
from tests.people import account


@pytest.fixture
def ledger(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    write_contract(tmp_path / "contracts", beehives(), monkeypatch)
    with open_ledger() as opened:
        yield opened


def stricter(folder: Path, monkeypatch: pytest.MonkeyPatch, minimum: int) -> None:
    write_contract(folder / "contracts", beehives(minimum=minimum) | {"version": "2.0.0"}, monkeypatch)


def replayed(ledger: Ledger, *submissions: Submission) -> list[Replayed]:
    return list(replay(ledger, load_contracts(settings().contracts), submissions))


def apply(ledger: Ledger, found: list[Replayed], reason: str = "hợp đồng 2.0.0") -> int:
    with lake_lock(), open_warehouse() as con:
        return apply_replay(con, ledger, load_contracts(settings().contracts), ENGINEER, found, reason)


def ask(query: str) -> object:
    with open_judging(lake=True) as con:
        return (con.execute(query).fetchone() or [None])[0]


HIVES = "SELECT sum(hives) FROM lake.core.beehives"


def test_the_same_contract_judges_nothing_otherwise(tmp_path: Path, ledger: Ledger) -> None:
    sent = send(tmp_path, [10, 20, -1, 40, 50])
    work_once()
    (found,) = replayed(ledger, sent)
    assert not found.changed and found.rules == ()
    assert apply(ledger, [found]) == 0 and entries(ledger) == []


def test_a_stricter_rule_shows_its_cells_before_anything_is(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(tmp_path, [3, 20, 30, 40, 50])
    work_once()
    version = data_version_now()
    stricter(tmp_path, monkeypatch, minimum=5)
    (found,) = replayed(ledger, sent)
    assert (found.before.verdict, found.after.verdict) == ("accepted", "partly_accepted")
    assert (found.before.contract_version, found.after.contract_version) == ("1.0.0", "2.0.0")
    (rule,) = found.rules
    assert (rule.rule, rule.failed_before, rule.failed_after, rule.cells_more) == ("hives.range", 0, 1, ("B2",))
    assert data_version_now() == version and ask(HIVES) == 143


def data_version_now() -> int:
    with open_warehouse(read_only=True) as con:
        return data_version(con)


def test_an_engineer_enters_the_new_verdict_and_nobody_else(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(tmp_path, [3, 20, 30, 40, 50])
    work_once()
    stricter(tmp_path, monkeypatch, minimum=5)
    found = replayed(ledger, sent)
    with open_warehouse() as con, pytest.raises(StandingError):
        apply_replay(con, ledger, load_contracts(settings().contracts), CLERK, found, "x")
    assert apply(ledger, found) == 1
    assert ask(HIVES) == 140
    assert ask("SELECT value FROM lake.marts.measure_value WHERE subject IS NULL AND period = '2026-10'") == 140
    assert ask("SELECT count(*) FROM lake.staging.beehives") == 5
    assert ask("SELECT count(*) FROM lake.landing.submission") == 1
    assert ask("SELECT verdict || contract_version FROM lake.quality.verdict") == "partly_accepted2.0.0"
    state = state_of(ledger.events(sent.submission_id), contract())
    assert (state.code, state.verdict) == ("in_force", "partly_accepted")
    (entry,) = entries(ledger)
    assert (entry.action, entry.actor, entry.detail["reason"]) == ("submission.replay", "engineer", "hợp đồng 2.0.0")
    assert replayed(ledger, sent)[0].changed is False
    assert work_once() == 0


def test_a_version_that_is_no_longer_good_gives_way_to_the_one_before(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, [60, 70, 80, 90, 100])
    second = send(tmp_path, [3, 4, 30, 40, 50])
    work_once()
    assert ask(HIVES) == 127
    stricter(tmp_path, monkeypatch, minimum=5)
    found = replayed(ledger, second)
    assert found[0].after.verdict == "rejected"
    apply(ledger, found)
    assert ask(HIVES) == 400
    assert state_of(ledger.events(second.submission_id), contract()).code == "judged"


def test_what_counts_of_a_closed_period_is_frozen_for_replay_too(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(tmp_path, [3, 20, 30, 40, 50])
    work_once()
    close_period(ledger, OPERATOR, "beehives", "2026-10", "chốt")
    stricter(tmp_path, monkeypatch, minimum=5)
    found = replayed(ledger, sent)
    assert found[0].changed and apply(ledger, found) == 0 and ask(HIVES) == 143


def test_what_becomes_good_by_a_new_contract_waits_for_the_approval_that_it_asks_for(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    stricter(tmp_path, monkeypatch, minimum=5)
    sent = send(tmp_path, [1, 2, 3])
    work_once()
    assert ask("SELECT verdict FROM lake.quality.verdict") == "rejected"
    write_contract(tmp_path / "contracts", beehives(approval=True) | {"version": "3.0.0"}, monkeypatch)
    assert apply(ledger, replayed(ledger, sent)) == 1
    assert ask(HIVES) is None
    approve(ledger, HEAD, sent)
    work_once()
    assert ask(HIVES) == 6


def test_killed_after_the_ledger_heard_of_it_the_worker_finds_the_lake_true(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assets.replay_apply

    sent = send(tmp_path, [3, 20, 30, 40, 50])
    work_once()
    stricter(tmp_path, monkeypatch, minimum=5)
    found = replayed(ledger, sent)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("publish", "settle"):
        with monkeypatch.context() as patch:
            patch.setattr(assets.replay_apply, step, killed)
            with pytest.raises(KeyboardInterrupt):
                apply(ledger, found)
        work_once()
        assert state_of(ledger.events(sent.submission_id), contract()).code == "in_force"
        assert ask(HIVES) == ask("SELECT sum(hives) FROM lake.staging.beehives WHERE len(_failed) = 0")
    assert ask(HIVES) == 140 and ask("SELECT count(*) FROM lake.quality.verdict") == 1


def test_the_command_shows_and_enters(tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = send(tmp_path, [3, 20, 30, 40, 50])
    work_once()
    stricter(tmp_path, monkeypatch, minimum=5)
    engineer, clerk = account("engineer"), account("department", "56-SNNMT")
    run = CliRunner()
    said = run.invoke(main, ["replay", "--dataset", "beehives"])
    assert said.exit_code == 0, said.output
    assert "hives.range: 0 → 1  + B2" in said.output and sent.receipt in said.output
    (item,) = json.loads(run.invoke(main, ["replay", "--submission", sent.receipt, "--format", "json"]).stdout)
    assert item["changed"] and item["rules"][0]["cells_more"] == ["B2"]
    assert run.invoke(main, ["replay", "--apply"]).exit_code == 64
    give = ["replay", "--apply", "--reason", "hợp đồng mới", "--as"]
    assert run.invoke(main, [*give, clerk]).exit_code == 1
    assert ask(HIVES) == 143
    assert run.invoke(main, [*give, engineer]).exit_code == 0
    assert ask(HIVES) == 140 and "rejudged" in events(sent)
