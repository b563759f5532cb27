"""What the pages know: forecasts, targets, the cache, and questions put to a filled lake."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.shared import Shared
from dashboard.views.forecast import fit
from dashboard.views.lake import Lake, LakeClosedError
from dashboard.views.overview import worst

START = date(2026, 1, 31)


@given(st.floats(-5, 5), st.floats(-100, 100))
@settings(max_examples=40)
def test_a_straight_series_is_foreseen_exactly(slope: float, level: float) -> None:
    points = [(START + timedelta(days=30 * i), level + slope * i) for i in range(8)]
    trend = fit(points)
    assert trend is not None
    ahead = trend.at(START + timedelta(days=300))
    assert ahead.value == pytest.approx(level + slope * 10, abs=1e-6)
    assert ahead.low <= ahead.value + 1e-6 and ahead.high >= ahead.value - 1e-6


def test_five_points_are_too_few_to_foresee() -> None:
    assert fit([(START + timedelta(days=i), float(i)) for i in range(5)]) is None


def test_a_trend_that_runs_away_never_reaches_its_target() -> None:
    trend = fit([(START + timedelta(days=30 * i), 10.0 - i) for i in range(6)])
    assert trend is not None and trend.reaches(20.0) is None and trend.reaches(0.0) is not None


def test_the_worst_of_several_states_is_shown() -> None:
    assert worst(["on_time", "missing", "late"]) == "missing"
    assert worst([]) == "none"


def test_what_all_readers_share_is_built_once() -> None:
    kept: Shared[int] = Shared(size=2)
    built: list[int] = []
    gate = threading.Event()

    def build() -> int:
        gate.wait(2)
        built.append(1)
        return 7

    readers = [threading.Thread(target=lambda: kept.get("a", build)) for _ in range(4)]
    for reader in readers:
        reader.start()
    gate.set()
    for reader in readers:
        reader.join()
    assert built == [1]
    kept.get("b", lambda: 8)
    kept.get("c", lambda: 9)
    assert kept.get("a", lambda: 10) == 10


def test_what_is_not_worth_keeping_is_not_kept() -> None:
    kept: Shared[int] = Shared(worth=lambda n: n > 0)
    assert [kept.get("a", lambda: 0), kept.get("a", lambda: 5), kept.get("a", lambda: 6)] == [0, 5, 5]


def test_the_registry_s_nearest_target_counts() -> None:
    from dashboard.views.targets import indicators

    known = indicators(date(2026, 10, 1))
    assert known["digital_economy_share"].target is not None
    assert (known["digital_economy_share"].target.value, known["digital_economy_share"].target.when) == (30.0, "2030")
    later = indicators(date(2031, 1, 1))["digital_economy_share"].target
    assert later is not None and later.when == "2045"


def test_ranks_of_two_territories_are_never_one_series(filled: Path) -> None:
    from dashboard.views.indicators import indicator_tiles
    from data.clock import now

    tiles = {t.code: t for t in indicator_tiles(Lake(), now(), "vi")}
    if "dti_rank" in tiles:
        assert tiles["dti_rank"].unit == "/34" and len(tiles["dti_rank"].series) == 1


def test_a_lake_that_is_not_there_says_so(hub_home: Path) -> None:
    with pytest.raises(LakeClosedError):
        Lake(patience=0.1).records("SELECT 1")


def test_the_lake_is_read_only(filled: Path) -> None:
    import duckdb

    with pytest.raises(duckdb.Error, match="read-only"):
        Lake().records("CREATE TABLE lake.marts.x (a INTEGER)")


def test_reading_leaves_no_lock_behind(filled: Path) -> None:
    import subprocess
    import sys

    lake = Lake()
    lake.version()
    # From another process: within one, the locks of a second SQLite library do not show.
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=3, isolation_level=None); "
        "c.execute('BEGIN EXCLUSIVE'); c.execute('ROLLBACK')"
    )
    catalog = filled / "lake" / "catalog.sqlite"
    subprocess.run([sys.executable, "-c", code, str(catalog)], check=True, timeout=20)


def test_a_measure_is_traced_to_its_cells(filled: Path) -> None:
    from dashboard.views.trace import contributions, formula_of, source_of, total

    lake = Lake()
    formula = formula_of(dataset="lodging_guests", measure="foreign_guests")
    assert formula is not None
    parts, value, submissions = total(lake, formula, "2026-09")
    found = contributions(lake, formula, "2026-09")
    assert value == parts[0] == sum(c.parts[0] or 0 for c in found) and submissions == 1
    nha_trang = next(c for c in found if c.name == "Phường Nha Trang")
    source = source_of(lake, formula, "2026-09", nha_trang)
    assert [(m.row, m.column) for m in source.marks] == [(5, 7)]


def test_names_that_no_contract_has_never_reach_a_query() -> None:
    from dashboard.views.datasets import contract
    from dashboard.views.trace import formula_of

    assert contract("x; DROP TABLE y") is None
    assert formula_of(dataset="lodging_guests", measure='a" FROM b') is None
    assert formula_of(indicator="'; --") is None
