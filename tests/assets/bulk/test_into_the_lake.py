"""A large submission stands in the lake whole, its failing rows in quarantine, and each cell is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets import intake
from assets.bulk import source as large_source
from assets.bulk.window import rows_around
from assets.outcome import Published
from assets.receive import Incoming, receive
from assets.run_queue import process
from checks.finding import Verdict
from data.contract import Contract, ContractRegistry
from data.landing import path_of
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.warehouse import LAKE, open_warehouse
from tests.assets.bulk.permits import contract_in, messy_rows, write_text


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch: pytest.MonkeyPatch, hub_home: Path) -> None:
    monkeypatch.setattr(large_source, "_CHUNK_BYTES", 60_000)
    monkeypatch.setattr(large_source, "_TAIL_BYTES", 30_000)
    monkeypatch.setattr(intake, "LARGE_BYTES", 200_000)


@pytest.fixture
def permits(tmp_path: Path) -> tuple[Contract, ContractRegistry]:
    return contract_in(tmp_path / "contracts")


def _send(permits: tuple[Contract, ContractRegistry], *paths: Path) -> list[Published]:
    contract, registry = permits
    with open_ledger() as ledger, open_warehouse() as con:
        arrivals = [Incoming(contract, "SXD", Period.parse("2026-10"), path) for path in paths]
        return process(con, ledger, registry, receive(ledger, arrivals))


def _ask(query: str) -> list[tuple[object, ...]]:
    with open_warehouse(read_only=True) as con:
        return con.execute(query).fetchall()


def _rows(verdict: Verdict) -> tuple[object, ...]:
    return verdict.counts.rows, verdict.counts.quarantined, verdict.counts.accepted


def test_all_rows_stand_in_staging_and_the_good_ones_in_core(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    rows = messy_rows(3, 4000, share=0.02)
    rows[3000][0] = rows[1500][0]  # the same key twice, in two stretches: two good-looking rows that are none
    rows[1500][1:] = rows[3000][1:] = messy_rows(4, 1, share=0.0)[0][1:]
    rows[3000][5] = "77,5"
    (published,) = _send(permits, write_text(tmp_path / "gp.csv", rows))
    assert _rows(published.verdict)[0] == 4000 and published.in_force
    ((staged, failed, core),) = _ask(
        f"SELECT (SELECT count(*) FROM {LAKE}.staging.permits), "
        f"(SELECT count(*) FROM {LAKE}.staging.permits WHERE len(_failed) > 0), "
        f"(SELECT count(*) FROM {LAKE}.core.permits)"
    )
    assert (staged, failed, core) == _rows(published.verdict)
    twice = f"SELECT _row FROM {LAKE}.staging.permits WHERE list_contains(_failed, 'key.unique') ORDER BY 1"
    assert (1502,) in _ask(twice) and (3002,) in _ask(twice)
    assert _ask(f"SELECT count(*) FROM {LAKE}.core.permits WHERE _row IN (1502, 3002)") == [(0,)]
    assert _ask(f"SELECT count(DISTINCT _row), min(_row), max(_row) FROM {LAKE}.staging.permits") == [(4000, 2, 4001)]
    assert not list((settings().lake_folder / "incoming").iterdir())


def test_a_new_version_takes_the_place_of_the_one_before(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    first = messy_rows(5, 4000, share=0.0)
    second = [[*row[:8], "Phạm Thị Mai", row[9]] for row in first]
    _send(permits, write_text(tmp_path / "a.csv", first))
    _send(permits, write_text(tmp_path / "b.csv", second))
    assert _ask(f"SELECT DISTINCT owner, count(*) FROM {LAKE}.core.permits GROUP BY 1") == [("Phạm Thị Mai", 4000)]
    assert _ask(f"SELECT count(*) FROM {LAKE}.staging.permits") == [(8000,)]


def test_of_two_versions_in_one_burst_the_later_is_in_force(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    first = messy_rows(6, 4000, share=0.0)
    second = [[*row[:8], "Phạm Thị Mai", row[9]] for row in first]
    _send(permits, write_text(tmp_path / "a.csv", first), write_text(tmp_path / "b.csv", second))
    assert _ask(f"SELECT DISTINCT owner, count(*) FROM {LAKE}.core.permits GROUP BY 1") == [("Phạm Thị Mai", 4000)]
    assert _ask(f"SELECT count(*) FROM {LAKE}.staging.permits") == [(8000,)]


def test_any_row_is_shown_as_it_was_sent(permits: tuple[Contract, ContractRegistry], tmp_path: Path) -> None:
    rows = messy_rows(7, 4000, share=0.05)
    (published,) = _send(permits, write_text(tmp_path / "gp.csv", rows))
    landed = path_of(published.submission.sha256)
    for row in (2, 999, 1200, 2718, 3998):
        reading = rows_around(landed, "gp.csv", row, 2)
        assert reading is not None
        (table,) = reading.tables
        place = table.rows.to_list().index(row)
        assert [cell or "" for cell in table.frame.row(place)] == rows[row - 2]
