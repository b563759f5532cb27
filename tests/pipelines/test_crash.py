"""Killed at any point, the hub holds the old state or the new one, and after a start nothing is counted twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from assets.graph.lake import close_lake
from assets.graph.reading import close_reading
from assets.graph.stale import stale_datasets
from assets.receive import Incoming, receive
from data.contract import load_contracts
from data.lake_lock import lake_lock
from data.ledger import open_ledger
from data.period import Period
from data.settings import REPOSITORY, settings
from data.warehouse import commit, open_warehouse
from pipelines.instance import open_instance
from pipelines.queue_worker import work_once
from pipelines.warm_run import Graph
from pipelines.worker import Worker
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")

KILL = "import os, signal; kill = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
WORK = "from pipelines.queue_worker import work_once\nwork_once()\n"


def send(folder: Path, number: int = 0, period: str = "2026-10") -> int:
    title = f"BÁO CÁO KHÁCH LƯU TRÚ THÁNG {period[5:]}/{period[:4]}"
    path = lodging_workbook(folder / f"{number}.xlsx", with_cell(0, 1, 20 + number), title=title)
    contract = load_contracts(settings().contracts)["lodging_guests"]
    with open_ledger() as ledger:
        return receive(ledger, [Incoming(contract, "56-SVHTTDL", Period.parse(period), path)])[0].submission_id


def start(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=REPOSITORY)


def counted() -> tuple[int, int]:
    """Rows in force, and verdicts."""
    with open_warehouse() as con:
        found = con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name = 'lodging_guests'").fetchall()
        if not found:
            return 0, 0
        core = con.execute("SELECT count(*) FROM lake.core.lodging_guests").fetchone()
        verdicts = con.execute("SELECT count(*) FROM lake.quality.verdict").fetchone()
    assert core is not None and verdicts is not None
    return core[0], verdicts[0]


def killed(code: str) -> None:
    assert start(KILL + textwrap.dedent(code) + WORK).wait(timeout=120) == -signal.SIGKILL


def test_killed_before_the_lake_commits_it_stands_as_before_and_is_done_at_the_next_start(tmp_path: Path) -> None:
    send(tmp_path)
    killed("""
        import assets.publish
        stored = assets.publish._store
        def store(*a): stored(*a); kill()
        assets.publish._store = store
    """)
    assert counted() == (0, 0)
    assert work_once() == 1
    assert counted() == (len(GOOD_ROWS), 1)


def test_killed_between_the_lakes_commit_and_the_ledgers_event_nothing_is_counted_twice(tmp_path: Path) -> None:
    sent = send(tmp_path)
    killed("""
        from data.ledger import Ledger
        Ledger.append = kill
    """)
    assert counted() == (len(GOOD_ROWS), 1)
    with open_ledger() as ledger:
        assert [s.submission_id for s in ledger.pending()] == [sent]
    assert work_once() == 1
    assert counted() == (len(GOOD_ROWS), 1)
    with open_ledger() as ledger:
        assert ledger.pending() == []


def test_marts_left_behind_core_by_a_kill_are_brought_up_when_the_worker_starts(tmp_path: Path) -> None:
    send(tmp_path)
    killed("""
        import pipelines.queue_worker
        pipelines.queue_worker.refresh_marts = kill
    """)
    registry = load_contracts(settings().contracts)
    with open_warehouse() as con:
        assert stale_datasets(con, registry) == ["lodging_guests"]
    with open_instance() as instance:
        graph = Graph(instance)
        graph.catch_up()
        close_lake()
    with open_warehouse() as con:
        assert stale_datasets(con, registry) == []
        assert con.execute("SELECT count(*) > 0 FROM lake.marts.measure_value").fetchone() == (True,)


def test_two_processes_at_the_queue_judge_each_submission_once(tmp_path: Path) -> None:
    for number, period in enumerate(("2026-07", "2026-08", "2026-09", "2026-10")):
        send(tmp_path, number, period)
    both = [start(WORK), start(WORK)]
    assert [p.wait(timeout=120) for p in both] == [0, 0]
    assert counted() == (4 * len(GOOD_ROWS), 4)
    with open_ledger() as ledger:
        kinds = [e.kind for s in ledger.submissions() for e in ledger.events(s.submission_id)]
    assert kinds.count("judged") == kinds.count("published") == 4


def test_the_worker_goes_on_where_dagster_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send(tmp_path)

    def broken(*_: object) -> bool:
        raise OSError("no space left for Dagster's log")

    with open_instance() as instance:
        graph = Graph(instance)
        monkeypatch.setattr(graph, "publish", broken)
        assert Worker(graph).turn()
    close_reading()
    assert counted() == (len(GOOD_ROWS), 1)


def test_a_locked_catalogue_is_tried_again_and_other_errors_are_not(tmp_path: Path) -> None:
    tries: list[int] = []

    def locked() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise duckdb.TransactionException("database is locked")
        return "done"

    def wrong() -> None:
        tries.append(1)
        raise duckdb.BinderException("no such column")

    with open_warehouse() as con:
        assert commit(con, locked, message="test") == "done"
        assert len(tries) == 3
        with pytest.raises(duckdb.BinderException):
            commit(con, wrong, message="test")
        assert len(tries) == 4


def test_whoever_holds_the_lake_may_ask_again_and_others_wait(tmp_path: Path) -> None:
    ask = "from data.lake_lock import lake_lock\nwith lake_lock(wait=False) as got: raise SystemExit(7 if got else 3)"
    with lake_lock() as first, lake_lock() as again:
        assert first and again
        assert start(ask).wait(timeout=60) == 3
    assert start(ask).wait(timeout=60) == 7
