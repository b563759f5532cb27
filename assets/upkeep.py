"""Upkeep of the lake: small files are put together, and states older than the kept time are let go.

Each commit leaves a file a table; a table of three hundred files answers ten times more slowly than the same rows in
one. Nothing that a reader sees changes: rows, row ids and earlier states of the kept time stay as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from data.clock import now
from data.warehouse import LAKE, literal

__all__ = ["KEPT_FOR", "Crowded", "crowded_tables", "let_go", "put_together"]

KEPT_FOR = timedelta(days=60)
"""How long every earlier state of the lake can be asked for (`AT (TIMESTAMP => …)`): Friday's wall, for two months."""
_READERS_TIME = timedelta(days=2)
"""How long a file that was put together with others still lies there for whoever is reading it.

Days, for in an embedded catalogue DuckLake compares its moments as text that agrees with them only to the day.
"""
_SMALL_BYTES = 32 * 1024**2
"""Larger files are left as they are."""
_LARGEST_BYTES = 256 * 1024**2
"""What is put together grows no larger than this: one file's work never holds the lake for long."""
_DELETED_SHARE = 0.3
"""A file of which more than this share was replaced is written anew."""
_META = f"__ducklake_metadata_{LAKE}"


@dataclass(frozen=True, slots=True)
class Crowded:
    """A table that is worth putting together: how many small files it has, and how many with rows struck out."""

    schema: str
    table: str
    files: int
    struck: int


def crowded_tables(con: duckdb.DuckDBPyConnection, from_files: int) -> list[Crowded]:
    """Tables with at least so many small files, the most crowded first; asked of the catalogue only."""
    rows = con.execute(
        f"""
        SELECT s.schema_name, t.table_name, count(*), count(d.data_file_id)
        FROM {_META}.ducklake_data_file f
        JOIN {_META}.ducklake_table t ON t.table_id = f.table_id AND t.end_snapshot IS NULL
        JOIN {_META}.ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL
        LEFT JOIN {_META}.ducklake_delete_file d ON d.data_file_id = f.data_file_id AND d.end_snapshot IS NULL
            AND d.delete_count > {_DELETED_SHARE} * f.record_count
        WHERE f.end_snapshot IS NULL AND f.file_size_bytes < {_SMALL_BYTES}
        GROUP BY ALL HAVING count(*) >= $least ORDER BY 3 DESC, 1, 2
        """,
        {"least": from_files},
    ).fetchall()
    return [Crowded(*row) for row in rows]


def put_together(con: duckdb.DuckDBPyConnection, crowded: Crowded) -> None:
    """Make few files of a table's many, in commits of their own. The caller holds the lake's lock; readers go on."""
    named = f"{literal(LAKE)}, {literal(crowded.table)}, schema => {literal(crowded.schema)}"
    if crowded.struck:
        con.execute(f"CALL ducklake_rewrite_data_files({named}, delete_threshold => {_DELETED_SHARE})").fetchall()
    con.execute(f"CALL ducklake_merge_adjacent_files({named}, max_file_size => {_LARGEST_BYTES})").fetchall()


def let_go(con: duckdb.DuckDBPyConnection, moment: datetime | None = None) -> int:
    """Forget states of the lake older than KEPT_FOR and delete files that nothing kept needs; gives how many states.

    The caller holds the lake's lock.
    """
    until = moment or now()
    old = con.execute(
        f"SELECT list(snapshot_id) FROM {_META}.ducklake_snapshot WHERE snapshot_time::TIMESTAMPTZ < $until "
        f"AND snapshot_id < (SELECT max(snapshot_id) FROM {_META}.ducklake_snapshot)",
        {"until": until - KEPT_FOR},
    ).fetchall()[0][0]
    if old:
        con.execute(f"CALL ducklake_expire_snapshots({literal(LAKE)}, versions => {old})").fetchall()
    unread = literal((until - _READERS_TIME).isoformat())
    con.execute(f"CALL ducklake_cleanup_old_files({literal(LAKE)}, older_than => TIMESTAMPTZ {unread})").fetchall()
    return len(old or ())
