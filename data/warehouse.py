"""The only place that opens DuckDB: an in-memory session with the lake attached, or without it for judging a file.

Nothing is downloaded: extensions come from installed packages and are loaded from their own files.
"""

from __future__ import annotations

import importlib.util
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

import duckdb

from data.reference_tables import load_reference
from data.settings import Settings, settings

__all__ = [
    "LAKE",
    "SCHEMAS",
    "commit",
    "data_version",
    "lake_exists",
    "lake_tables",
    "literal",
    "open_judging",
    "open_session",
    "open_warehouse",
    "quoted",
]

LAKE = "lake"
SCHEMAS = ("landing", "staging", "core", "quality", "marts")

T = TypeVar("T")


def _extension_file(name: str) -> Path:
    package = f"duckdb_extension_{name}"
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"package {package} is missing; install from the lock file")
    return (
        Path(spec.submodule_search_locations[0]) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    )


def _load_extensions(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        con.execute(f"LOAD {literal(str(_extension_file(name)))}")


def literal(text: str) -> str:
    """A string literal for the few statements that take no parameters (ATTACH, LOAD)."""
    return "'" + text.replace("'", "''") + "'"


def quoted(*parts: str) -> str:
    """A qualified identifier, each part quoted: quoted("core", "x") → "core"."x"."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def open_session(*, reference: bool = True, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB session in memory, in the province's time zone, with `reference.*` tables and without the lake."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
            **({"threads": str(threads)} if threads else {}),
        }
    )
    _load_extensions(con, "icu")
    con.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
    if reference:
        load_reference(con, settings().province)
    return con


def _embedded_catalogue(chosen: Settings) -> Path:
    """The SQLite file of the embedded catalogue, made in WAL mode: readers then never hold up the writer.

    Measured with 3 readers and 1 writer over 8 s: 173 commits, the slowest 0.13 s, against 66 and 5.1 s without WAL.
    """
    path = chosen.lake_folder / "catalog.sqlite"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as catalogue:
            catalogue.execute("PRAGMA journal_mode = WAL")
    return path


def _attach(con: duckdb.DuckDBPyConnection, chosen: Settings, *, read_only: bool) -> None:
    if chosen.catalog.startswith("postgres"):
        _load_extensions(con, "postgres_scanner", "ducklake")
        catalog = f"ducklake:{chosen.catalog}"
    else:
        _load_extensions(con, "sqlite_scanner", "ducklake")
        embedded = f"sqlite:{_embedded_catalogue(chosen)}"
        catalog = f"ducklake:{chosen.catalog or embedded}"
    files = chosen.lake_files or str(chosen.lake_folder / "files")
    if files.startswith("s3:"):
        _load_extensions(con, "httpfs")
    options = [f"DATA_PATH {literal(files)}", "DATA_INLINING_ROW_LIMIT 0", *(["READ_ONLY"] if read_only else [])]
    con.execute(f"ATTACH {literal(catalog)} AS {LAKE} ({', '.join(options)})")


def _ensure_schemas(con: duckdb.DuckDBPyConnection) -> None:
    known = {
        row[0]
        for row in con.execute(
            f"SELECT schema_name FROM __ducklake_metadata_{LAKE}.ducklake_schema WHERE end_snapshot IS NULL"
        ).fetchall()
    }
    missing = [s for s in SCHEMAS if s not in known]
    if missing:
        con.execute("BEGIN")
        for schema in missing:
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {LAKE}.{schema}")
        con.execute("COMMIT")


def _attached(*, read_only: bool, patience: float) -> duckdb.DuckDBPyConnection:
    """A session with the lake; waits a little where another process holds the embedded catalogue."""
    deadline = time.monotonic() + patience
    while True:
        con = open_session()
        try:
            _attach(con, settings(), read_only=read_only)
            if not read_only:
                _ensure_schemas(con)
            return con
        except duckdb.Error as error:
            con.close()
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05 + random.random() * 0.2)


_tables: dict[tuple[object, ...], dict[str, set[str]]] = {}
"""Lake and number of its schema → its tables: the newest answer of `lake_tables`."""


def lake_tables(con: duckdb.DuckDBPyConnection) -> Mapping[str, set[str]]:
    """The columns of each "schema.table", for every table of the attached lake; empty where none is attached.

    Asked of the catalogue's own tables: DuckDB's listing functions load every table's statistics first (0.3 s for 60).
    Asked again only where the lake's schema has changed: a run over the graph asks some hundred times.
    """
    meta = f"__ducklake_metadata_{LAKE}"
    try:
        newest = con.execute(f"SELECT max((snapshot_id, schema_version)) FROM {meta}.ducklake_snapshot").fetchall()
    except duckdb.CatalogException:
        return {}
    key = (settings().home, settings().catalog, newest[0][0][1] if newest[0][0] else None)
    if key not in _tables:
        rows = con.execute(
            f"SELECT s.schema_name || '.' || t.table_name, c.column_name FROM {meta}.ducklake_column c "
            f"JOIN {meta}.ducklake_table t USING (table_id) JOIN {meta}.ducklake_schema s USING (schema_id) "
            "WHERE c.end_snapshot IS NULL AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL "
            "AND c.parent_column IS NULL"
        ).fetchall()
        tables: dict[str, set[str]] = {}
        for table, column in rows:
            tables.setdefault(table, set()).add(column)
        _tables.clear()
        _tables[key] = tables
    return _tables[key]


def lake_exists() -> bool:
    """Whether there is a lake to attach; one whose catalogue lies on a server is taken to be there."""
    chosen = settings()
    return bool(chosen.catalog) or (chosen.lake_folder / "catalog.sqlite").exists()


@contextmanager
def open_warehouse(*, read_only: bool = False, patience: float = 20.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with the lake attached as `lake`; closed at the end.

    Several processes may hold it at once: one catalogue, many readers. `patience` (seconds) bounds the wait for it.
    """
    con = _attached(read_only=read_only, patience=patience)
    try:
        yield con
    finally:
        con.close()


_kept: dict[tuple[object, ...], duckdb.DuckDBPyConnection] = {}
"""What a judging session is a cursor of, by the settings it was opened under: one at most of each kind."""
_keeping = Lock()


@contextmanager
def open_judging(*, lake: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session for judging a file, with `reference.*` and, if wanted, the lake to look back on (nothing is written).

    What costs most, loading the reference data and attaching the lake, is done once a process: a session is a cursor
    with temporary tables of its own.
    """
    chosen = settings()
    key = (lake, chosen.province, chosen.home, chosen.catalog, chosen.lake_files)
    with _keeping:
        if key not in _kept:
            for other in [other for other in _kept if other[0] == lake]:
                _kept.pop(other).close()
            _kept[key] = _attached(read_only=True, patience=20.0) if lake else open_session()
        con = _kept[key].cursor()
    try:
        con.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        yield con
    finally:
        con.close()


_TRANSIENT = ("database is locked", "conflict", "Failed to commit", "could not serialize")


def commit(
    con: duckdb.DuckDBPyConnection, work: Callable[[], T], *, message: str, extra: str = "", attempts: int = 8
) -> T:
    """Run `work` in one lake transaction that carries `message`; all of it stands or none.

    The embedded catalogue refuses a second writer for moments at a time, so a commit is tried again, a bounded
    number of times and with jitter.
    """
    for attempt in range(1, attempts + 1):
        con.execute("BEGIN")
        try:
            result = work()
            con.execute(f"CALL {LAKE}.set_commit_message('hub', ?, extra_info => ?)", [message, extra])
            con.execute("COMMIT")
            return result
        except duckdb.Error as error:
            _rollback(con)
            if attempt == attempts or not any(word in str(error) for word in _TRANSIENT):
                raise
            time.sleep(min(2.0, 0.05 * 2**attempt) * (0.5 + random.random()))
        except BaseException:
            _rollback(con)
            raise
    raise AssertionError("unreachable")


def _rollback(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # The failed COMMIT already ended the transaction.
        return


def data_version(con: duckdb.DuckDBPyConnection) -> int:
    """Number of the newest snapshot that changed what the lake holds: what caches and pushed updates are keyed by.

    Files put together (assets/upkeep.py) are a snapshot too, of the very same rows.
    """
    # All rows are fetched: a cursor left open keeps a shared lock on the embedded catalogue and holds up every commit.
    rows = con.execute(
        f"SELECT max(snapshot_id) FROM __ducklake_metadata_{LAKE}.ducklake_snapshot_changes "
        "WHERE NOT (starts_with(changes_made, 'merge_adjacent:') OR starts_with(changes_made, 'rewrite_delete:'))"
    ).fetchall()
    return int(rows[0][0]) if rows and rows[0][0] is not None else 0
