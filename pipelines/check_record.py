"""The newest state of each asset check in Dagster's index: planned, then how it turned out; rows of one transaction."""

from __future__ import annotations

from typing import Any

from dagster import AssetCheckEvaluation, DagsterEventType, EventLogEntry
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationPlanned
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from sqlalchemy import Connection

__all__ = ["CheckRecords"]

_TURNED_OUT = """\
UPDATE asset_check_executions SET execution_status = ?, evaluation_event = ?, evaluation_event_timestamp = ?,
evaluation_event_storage_id = ?, materialization_event_storage_id = ?
WHERE asset_key = ? AND check_name = ? AND run_id = ? AND partition IS ?"""


class CheckRecords:
    """What becomes of the table of check executions, gathered in the order of the events.

    Dagster's own class does the same with a transaction, a statement built anew and the event serialised again for
    each check.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[dict[str, Any]] = []

    def note(self, event: EventLogEntry, number: int, row: dict[str, Any]) -> None:
        """Take one event: its number in the index and its row there."""
        dagster_event = event.get_dagster_event()
        if event.dagster_event_type == DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
            planned = dagster_event.event_specific_data
            assert isinstance(planned, AssetCheckEvaluationPlanned)
            subset = planned.partitions_subset
            for partition in subset.get_partition_keys() if subset else (None,):
                self._add(planned, event, number, row, AssetCheckExecutionRecordStatus.PLANNED, partition=partition)
            return
        found = dagster_event.event_specific_data
        assert isinstance(found, AssetCheckEvaluation)
        status = AssetCheckExecutionRecordStatus.SUCCEEDED if found.passed else AssetCheckExecutionRecordStatus.FAILED
        target = found.target_materialization_data.storage_id if found.target_materialization_data else None
        self.write()
        changed = self._connection.exec_driver_sql(
            _TURNED_OUT,
            (
                status.value, row["event"], row["timestamp"].isoformat(" ", "microseconds"), number, target,
                found.asset_key.to_string(), found.check_name, event.run_id, found.partition,
            ),
        ).rowcount  # fmt: skip
        if not changed:
            # Nobody planned it: reported without a run, or by a process elsewhere.
            self._add(found, event, number, row, status, partition=found.partition, target=target)

    def _add(
        self,
        check: AssetCheckEvaluationPlanned | AssetCheckEvaluation,
        event: EventLogEntry,
        number: int,
        row: dict[str, Any],
        status: AssetCheckExecutionRecordStatus,
        *,
        partition: str | None,
        target: int | None = None,
    ) -> None:
        self._new.append(
            {
                "asset_key": check.asset_key.to_string(),
                "check_name": check.check_name,
                "partition": partition,
                "run_id": event.run_id,
                "execution_status": status.value,
                "evaluation_event": row["event"],
                "evaluation_event_timestamp": row["timestamp"],
                "evaluation_event_storage_id": number,
                "materialization_event_storage_id": target,
            }
        )

    def write(self) -> None:
        """Write the rows that are new."""
        if self._new:
            self._connection.execute(AssetCheckExecutionsTable.insert(), self._new)
            self._new = []
