"""Files are read in children: one that cannot be read is said so in its place, and holds up no other."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime
from pathlib import Path
from threading import Timer

import pytest

from assets.intake import ReadingStoppedError, ReadPool, context_of
from assets.receive import Incoming, receive
from checks.staged import Context, Staged
from data.clock import LOCAL_TIME
from data.contract import Contract, load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.table import UnreadableError
from tests.workbooks import GOOD_ROWS, lodging_workbook

pytestmark = pytest.mark.usefixtures("hub_home")
SENT_AT = datetime(2026, 11, 3, tzinfo=LOCAL_TIME)


def test_good_and_damaged_files_come_back_in_their_order(tmp_path: Path) -> None:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    damaged = tmp_path / "b.xlsx"
    damaged.write_bytes(lodging_workbook(tmp_path / "whole.xlsx").read_bytes()[:900])
    files = [lodging_workbook(tmp_path / "a.xlsx"), damaged, lodging_workbook(tmp_path / "c.xlsx", GOOD_ROWS[:3])]
    with open_ledger() as ledger, ReadPool(2) as pool:
        arrivals = [Incoming(contract, "56-SVHTTDL", Period.parse("2026-10"), f, received_at=SENT_AT) for f in files]
        submissions = receive(ledger, arrivals)
        outcomes = list(pool.stage(contract, [(s, context_of(contract, s, None)) for s in submissions]))
    assert [type(o) for o in outcomes] == [Staged, UnreadableError, Staged]
    assert [o.frame.height for o in outcomes if isinstance(o, Staged)] == [len(GOOD_ROWS), 3]


def submitted(tmp_path: Path, *files: Path) -> tuple[Contract, list[tuple[Submission, Context]]]:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    with open_ledger() as ledger:
        arrivals = [Incoming(contract, "56-SVHTTDL", Period.parse("2026-10"), f, received_at=SENT_AT) for f in files]
        return contract, [(s, context_of(contract, s, None)) for s in receive(ledger, arrivals)]


def test_a_child_that_is_ended_from_outside_costs_no_file(tmp_path: Path) -> None:
    contract, jobs = submitted(tmp_path, lodging_workbook(tmp_path / "a.xlsx"))
    with ReadPool(1) as pool:
        pool.warm()
        (process,) = pool._pool._processes.values()  # type: ignore[union-attr]
        os.kill(process.pid, signal.SIGSTOP)
        Timer(0.5, process.kill).start()
        (outcome,) = pool.stage(contract, jobs)
    assert isinstance(outcome, Staged) and outcome.frame.height == len(GOOD_ROWS)


def test_reading_that_is_called_off_gives_no_verdict(tmp_path: Path) -> None:
    contract, jobs = submitted(tmp_path, lodging_workbook(tmp_path / "a.xlsx"))
    with ReadPool(1) as pool:
        pool.warm()
        (process,) = pool._pool._processes.values()  # type: ignore[union-attr]
        os.kill(process.pid, signal.SIGSTOP)
        Timer(0.5, pool.stop).start()
        begun = time.monotonic()
        with pytest.raises(ReadingStoppedError):
            list(pool.stage(contract, jobs))
        assert time.monotonic() - begun < 5
        with pytest.raises(ReadingStoppedError):
            list(pool.stage(contract, jobs))


def test_a_file_that_takes_too_long_is_given_up_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_READ_SECONDS", "0")
    settings.cache_clear()
    contract, jobs = submitted(tmp_path, lodging_workbook(tmp_path / "a.xlsx"))
    with ReadPool(1) as pool:
        (outcome,) = pool.stage(contract, jobs)
    assert isinstance(outcome, UnreadableError) and outcome.code == "timeout"
    assert outcome.vi.startswith("a.xlsx: ") and outcome.en.startswith("a.xlsx: ")
