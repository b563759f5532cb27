"""Erasing one submission from the lake for good: its rows, every earlier state that shows them, and the bytes on disk.

Deleting alone hides rows from the newest state; DuckLake keeps them in earlier states, in files that hold other rows
too, in files waiting to be cleaned up, and the greatest and smallest of them in its catalogue's statistics.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from assets.lake_schema import core_table, staging_table
from data.contract import Contract
from data.settings import settings
from data.warehouse import LAKE, commit, lake_tables, literal, quoted

__all__ = ["erase_bytes", "erase_rows", "scrub_database"]

_META = f"__ducklake_metadata_{LAKE}"
_TEXT_MARTS = frozenset({"marts.measure_value", "marts.budget_line", "marts.contradiction"})
"""Marts that repeat texts of rows: names of lines and subjects, values that differ."""


def erase_rows(con: duckdb.DuckDBPyConnection, contract: Contract, submission_id: int) -> dict[str, int]:
    """Delete the submission's rows from every table, in one commit; gives table → rows. Marts are refreshed by the
    caller. The caller holds the lake's lock."""
    known = lake_tables(con)
    wanted = {
        name: "_submission_id" if name.startswith(("staging.", "core.")) else "submission_id"
        for name, columns in known.items()
        if name in {f"staging.{contract.id}", f"core.{contract.id}"}
        or (name.startswith(("quality.", "landing.")) and "submission_id" in columns)
    }
    counts: dict[str, int] = {}

    def work() -> None:
        for name, column in sorted(wanted.items()):
            table = f"{LAKE}.{quoted(*name.split('.', 1))}"
            row = con.execute(f"DELETE FROM {table} WHERE {column} = ?", [submission_id]).fetchone()
            counts[name] = int(row[0]) if row else 0

    # The commit names the dataset, so that its marts count as behind until they are refreshed, whatever happens now.
    extra = json.dumps({"dataset": contract.id, "purged": [submission_id]})
    commit(con, work, message=f"{contract.id}: purged", extra=extra)
    shutil.rmtree(settings().lake_folder / "incoming" / str(submission_id), ignore_errors=True)
    return {name: count for name, count in counts.items() if count}


def erase_bytes(con: duckdb.DuckDBPyConnection, contract: Contract, submission_id: int) -> int:
    """Write files with struck rows anew, forget every state since the submission came, delete what nothing needs any
    more, and narrow the catalogue's statistics; gives how many states are forgotten.

    A reader in the midst of an earlier state sees its question fail and asks again. The caller holds the lake's lock.
    """
    tables = _touched(con, contract)
    for schema, table in tables:
        named = f"{literal(LAKE)}, {literal(table)}, schema => {literal(schema)}"
        _call(con, f"ducklake_rewrite_data_files({named}, delete_threshold => 0)")
    states = _states_since(con, submission_id, tables)
    if states:
        _call(con, f"ducklake_expire_snapshots({literal(LAKE)}, versions => {states})")
    _call(con, f"ducklake_cleanup_old_files({literal(LAKE)}, cleanup_all => true)")
    for schema, table in tables:
        _narrow_statistics(con, schema, table)
    return len(states)


def _call(con: duckdb.DuckDBPyConnection, call: str, attempts: int = 8) -> None:
    """One of DuckLake's own deeds, a commit of its own: tried again where a reader holds the catalogue for a moment."""
    for attempt in range(1, attempts + 1):
        try:
            con.execute(f"CALL {call}").fetchall()
            return
        except duckdb.Error as error:
            if attempt == attempts or "locked" not in str(error):
                raise
            time.sleep(0.05 * 2**attempt * (0.5 + random.random()))


def _touched(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[tuple[str, str]]:
    """Tables whose rows the submission was among or went into."""
    own = {staging_table(contract.id), core_table(contract.id)}
    pairs = [(name.partition(".")[0], name.partition(".")[2]) for name in sorted(lake_tables(con))]
    return [
        (schema, table)
        for schema, table in pairs
        if schema in {"quality", "landing"}
        or f"{schema}.{table}" in _TEXT_MARTS
        or f"{LAKE}.{schema}.{quoted(table)}" in own
    ]


def _states_since(con: duckdb.DuckDBPyConnection, submission_id: int, tables: Sequence[tuple[str, str]]) -> list[int]:
    """States of the lake that show the submission or need a file that its rows lie in, but for the newest; all of
    them where the commit that brought it is no longer told of.

    Files put together serve the states before it as well: those are forgotten with them.
    """
    rows = con.execute(
        f"SELECT snapshot_id, commit_extra_info FROM {_META}.ducklake_snapshot_changes ORDER BY snapshot_id"
    ).fetchall()
    brought = [n for n, extra in rows if extra and submission_id in json.loads(extra).get("submissions", ())]
    first = min(brought, default=0)
    held = con.execute(
        f"""
        SELECT min(f.begin_snapshot) FROM {_META}.ducklake_data_file f
        JOIN {_META}.ducklake_table t USING (table_id) JOIN {_META}.ducklake_schema s USING (schema_id)
        WHERE f.end_snapshot > $first AND list_contains($tables, s.schema_name || '.' || t.table_name)
        """,
        {"first": first, "tables": [f"{schema}.{table}" for schema, table in tables]},
    ).fetchall()[0][0]
    first = first if held is None else min(first, held)
    return [number for number, _ in rows[:-1] if number >= first]


def _narrow_statistics(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Take a table's smallest and greatest texts from the files that are left: the catalogue's own only ever widen.

    Wider bounds than the rows have are right, narrower ones would hide rows: those of all kept files are taken.
    """
    columns = con.execute(
        f"""
        SELECT t.table_id, c.column_id
        FROM {_META}.ducklake_column c JOIN {_META}.ducklake_table t USING (table_id)
        JOIN {_META}.ducklake_schema s USING (schema_id)
        WHERE s.schema_name = ? AND t.table_name = ? AND c.column_type = 'varchar'
        GROUP BY ALL
        """,
        [schema, table],
    ).fetchall()
    for table_id, column_id in columns:
        found = con.execute(
            f"SELECT min(min_value), max(max_value), count(*) FILTER (min_value IS NULL AND value_count > 0) "
            f"FROM {_META}.ducklake_file_column_stats WHERE table_id = ? AND column_id = ?",
            [table_id, column_id],
        ).fetchone()
        low, high, unknown = found or (None, None, 0)
        if unknown:
            low = high = None
        con.execute(
            f"UPDATE {_META}.ducklake_table_column_stats SET min_value = ?, max_value = ? "
            "WHERE table_id = ? AND column_id = ? AND (min_value IS NOT NULL OR max_value IS NOT NULL)",
            [low, high, table_id, column_id],
        )


def scrub_database(path: Path, patience: float = 30.0) -> bool:
    """Write a SQLite file anew without what was deleted from it, and empty its log; False where others kept it busy.

    A database on a server has its own housekeeping (PostgreSQL's VACUUM FULL).
    """
    if not path.is_file():
        return True
    try:
        with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as con:
            con.execute("VACUUM")
            busy, *_ = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.OperationalError:
        return False
