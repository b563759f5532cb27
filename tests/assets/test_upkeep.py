"""Upkeep changes how the lake lies on disk and nothing that is read from it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest

from assets.upkeep import KEPT_FOR, crowded_tables, let_go, put_together
from data.clock import now
from data.settings import settings
from data.warehouse import commit, data_version, open_warehouse

pytestmark = pytest.mark.usefixtures("hub_home")
COMMITS = 10


def fill(con: duckdb.DuckDBPyConnection) -> None:
    commit(
        con, lambda: con.execute("CREATE TABLE lake.core.visits (place VARCHAR, n BIGINT, marks VARCHAR[])"), message=""
    )
    for number in range(COMMITS):
        rows = f"SELECT 'p' || i, {number} * 100 + i, ['m' || i] FROM range(100) t(i)"
        commit(con, partial(con.execute, f"INSERT INTO lake.core.visits {rows}"), message="")


def held(con: duckdb.DuckDBPyConnection, at: int | None = None) -> list[tuple[object, ...]]:
    when = "" if at is None else f"AT (VERSION => {at})"
    return con.execute(f"SELECT rowid, place, n, marks FROM lake.core.visits {when} ORDER BY rowid").fetchall()


def files() -> int:
    return sum(1 for _ in settings().lake_folder.rglob("*.parquet"))


def test_small_files_become_one_and_rows_row_ids_and_earlier_states_stay() -> None:
    with open_warehouse() as con:
        fill(con)
        version, rows, earlier = data_version(con), held(con), held(con, at=data_version(con) - 4)
        assert [(c.table, c.files) for c in crowded_tables(con, COMMITS)] == [("visits", COMMITS)]
        assert crowded_tables(con, COMMITS + 1) == []
        for crowded in crowded_tables(con, COMMITS):
            put_together(con, crowded)
        assert crowded_tables(con, 2) == []
        assert held(con) == rows and held(con, at=version - 4) == earlier
        assert data_version(con) == version, "pages need not be built anew"


def test_a_reader_who_began_before_reads_on() -> None:
    with open_warehouse() as con, open_warehouse(read_only=True) as reader:
        fill(con)
        reader.execute("BEGIN")
        rows = held(reader)
        for crowded in crowded_tables(con, 2):
            put_together(con, crowded)
        let_go(con)
        assert held(reader) == rows
        reader.execute("COMMIT")
        assert held(reader) == rows


def test_rows_that_were_replaced_leave_the_files_and_stay_in_earlier_states() -> None:
    with open_warehouse() as con:
        fill(con)
        version = data_version(con)
        commit(con, lambda: con.execute("DELETE FROM lake.core.visits WHERE n % 2 = 0"), message="")
        rows = held(con)
        assert crowded_tables(con, 2)[0].struck == COMMITS
        for crowded in crowded_tables(con, 2):
            put_together(con, crowded)
        assert held(con) == rows and len(held(con, at=version)) == COMMITS * 100
        assert crowded_tables(con, 1)[0].struck == 0


def test_states_are_kept_for_their_time_and_then_let_go_with_their_files(tmp_path: Path) -> None:
    with open_warehouse() as con:
        fill(con)
        version, rows = data_version(con), held(con)
        for crowded in crowded_tables(con, 2):
            put_together(con, crowded)
        assert let_go(con, now() + KEPT_FOR - timedelta(hours=1)) == 0
        assert len(held(con, at=version - 4)) == (COMMITS - 4) * 100
        assert files() == 1, "files that were put together go once their readers had time"
        assert let_go(con, now() + KEPT_FOR + timedelta(hours=1)) > COMMITS
        assert held(con) == rows and files() == 1
