"""Dagster's event log on SQLite, written a moment behind and in bulk: an event costs a fraction of what it did.

Dagster's own class makes an engine, a connection, a table listing and several transactions for each event; a run of the
whole graph has eight thousand. Named in dagster.yaml (pipelines/instance.py writes it); the files stay those of
Dagster's own class.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import AssetKey, EventLogEntry
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import event as engine_event
from sqlalchemy.pool import NullPool, QueuePool

from pipelines.check_record import CheckRecords

__all__ = ["WarmEventLog"]

log = logging.getLogger(__name__)

_INDEX = "index"
_OPEN_RUNS = 4
"""Run logs whose connection is kept; older ones are closed."""
_BEHIND_SECONDS = 0.3
"""How long an event waits at most before it is written; what tells of a run's start and end is written at once."""
_MOST_WAITING = 1000
_MIRRORED = ASSET_EVENTS | ASSET_CHECK_EVENTS | set(EVENT_TYPE_TO_PIPELINE_RUN_STATUS)
"""Kinds of event that stand in the index of all runs as well as in their own run's log."""
_NEWEST_MADE = "SELECT max(id) FROM event_logs WHERE asset_key = ? AND dagster_event_type = 'ASSET_MATERIALIZATION'"


class WarmEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log: each file opened once a process, events written together."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._of_runs: dict[str, list[dict[str, Any]]] = {}
        self._of_index: list[tuple[EventLogEntry, dict[str, Any]]] = []
        self._timer: threading.Timer | None = None
        self._tables: set[str] = set()
        """Tables, columns and indices that were found: they never go."""
        # Reading writes what waits first, on the same thread. Dagster's class reads while it begins.
        self._writing = threading.RLock()
        self._versions: dict[AssetKey, tuple[object, Mapping[str, Any]]] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> WarmEventLog:
        return cls(inst_data=inst_data, **config_value)

    def store_event(self, event: EventLogEntry) -> None:
        """Take one event; it is written now, or a moment later together with those that follow."""
        self._take(event)
        waiting = sum(map(len, self._of_runs.values()))
        if event.dagster_event_type in EVENT_TYPE_TO_PIPELINE_RUN_STATUS or waiting >= _MOST_WAITING:
            self.write_waiting()
        else:
            self._write_soon()

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Take many events, and write them."""
        for each in events:
            self._take(each)
        self.write_waiting()

    def _take(self, event: EventLogEntry) -> None:
        row = self._event_to_row(event)
        with self._writing:
            self._of_runs.setdefault(event.run_id, []).append(row)
            if event.is_dagster_event and event.dagster_event_type in _MIRRORED:
                self._of_index.append((event, row))

    def _write_soon(self) -> None:
        with self._writing:
            if self._timer is None:
                self._timer = threading.Timer(_BEHIND_SECONDS, self._write_late)
                self._timer.daemon = True
                self._timer.start()

    def _write_late(self) -> None:
        try:
            self.write_waiting()
        except Exception:
            # What could not be written still waits; whoever writes next hears of it.
            log.exception("nhật ký Dagster chưa ghi được / Dagster's log could not be written yet")

    def write_waiting(self) -> None:
        """Write every event that waits: one transaction a run, one for the index of all runs."""
        with self._writing:
            if not self._of_runs:
                return
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            for run in list(self._of_runs):
                with self._open(run) as connection:
                    connection.execute(SqlEventLogStorageTable.insert(), self._of_runs[run])
                del self._of_runs[run]
            if self._of_index:
                with self._open(_INDEX) as connection:
                    self._write_index(connection)
                self._of_index = []

    def _write_index(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM event_logs").scalar_one()
        numbered = [(last + n, event, row) for n, (event, row) in enumerate(self._of_index, 1)]
        connection.execute(SqlEventLogStorageTable.insert(), [{**row, "id": number} for number, _, row in numbered])
        checks = CheckRecords(connection)
        for number, event, row in numbered:
            if event.dagster_event_type in ASSET_CHECK_EVENTS:
                checks.note(event, number, row)
            elif event.dagster_event_type in ASSET_EVENTS:
                self._store_asset_event_tags(connection, [event], [number])
                self._store_asset_event(connection, event, number)
        checks.write()

    def has_table(self, table_name: str) -> bool:
        """Whether the index of all runs holds the table."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def has_secondary_index(self, name: str) -> bool:
        """Whether the index was brought to this shape, which is never undone."""
        index = f"index.{name}"
        if index not in self._tables and super().has_secondary_index(name):
            self._tables.add(index)
        return index in self._tables

    def get_latest_tags_by_partition(self, asset_key: AssetKey, *asked: Any, **named: Any) -> Mapping[str, Any]:
        """Data versions of an asset's periods, kept until the asset is made again: marts ask for all fifty cores'."""
        with self.index_connection() as connection:
            newest = connection.exec_driver_sql(_NEWEST_MADE, (asset_key.to_string(),)).scalar_one()
        known = (newest, repr(asked), repr(named))
        if asset_key not in self._versions or self._versions[asset_key][0] != known:
            self._versions[asset_key] = (known, super().get_latest_tags_by_partition(asset_key, *asked, **named))
        return self._versions[asset_key][1]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        column = f"asset_keys.{column_name}"
        if column not in self._tables and super()._has_asset_key_col_on_connection(conn, column_name):
            self._tables.add(column)
        return column in self._tables

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        address = self.conn_string_for_shard(shard)
        if shard not in self._initialized_dbs:
            self._begin_shard(shard, address)
            self._initialized_dbs.add(shard)
        engine = create_engine(
            address,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=4,
            connect_args={"timeout": 60, "check_same_thread": False},
        )
        engine_event.listen(engine, "connect", _prepare)
        self._engines[shard] = engine
        self._close_old()
        return engine

    def _begin_shard(self, shard: str, address: str) -> None:
        """A run's file is a copy of an empty one: making its tables and stamps each time would take half a second."""
        target, template = Path(self.path_for_shard(shard)), Path(self._base_dir) / "empty-run.template"
        if shard != _INDEX and template.exists() and not target.exists():
            shutil.copyfile(template, target)
            return
        fresh = not target.exists()
        once = create_engine(address, poolclass=NullPool, connect_args={"timeout": 60})
        self._initdb(once)
        if fresh and shard != _INDEX and not template.exists():
            with once.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            arriving = template.with_suffix(".arriving")
            shutil.copyfile(target, arriving)
            arriving.rename(template)
        once.dispose()

    def _close_old(self) -> None:
        runs = [shard for shard in self._engines if shard != _INDEX]
        for shard in runs[:-_OPEN_RUNS]:
            self._engines.pop(shard).dispose()

    @contextmanager
    def _open(self, shard: str) -> Iterator[Connection]:
        with self._engine(shard).begin() as connection:
            yield connection

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._writing:
            self.write_waiting()
            with self._open(shard) as connection:
                yield connection

    def dispose(self) -> None:
        """Write what waits and close every file."""
        self.write_waiting()
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _prepare(connection: Any, _record: Any) -> None:
    # The log tells what happened; after a power cut its last moments may be missing, the lake's and ledger's are not.
    connection.execute("PRAGMA synchronous=NORMAL")
