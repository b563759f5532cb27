"""The net under the worker: submissions that it missed for a while start a run of their own."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from dagster import DefaultSensorStatus, RunRequest, SensorDefinition, SensorEvaluationContext, SkipReason, sensor
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.graph.marts import MARTS
from assets.graph.names import dataset_keys, marts_key
from data.clock import now
from data.contract import ContractRegistry
from data.ledger import open_ledger
from data.submission import Submission
from pipelines.jobs import publish_job
from pipelines.partitions import keep_partitions

__all__ = ["make_sensors", "missed"]

_PATIENCE = timedelta(seconds=20)
"""How long a submission may wait for the worker; it usually takes it within a second."""
_EVERY_SECONDS = 15


def missed(registry: ContractRegistry) -> dict[str, list[Submission]]:
    """Dataset → submissions that have waited too long."""
    found: dict[str, list[Submission]] = {}
    with open_ledger() as ledger:
        entered = ledger.pending()
        for submission in entered:
            if submission.dataset in registry and submission.received_at < now() - _PATIENCE:
                found.setdefault(submission.dataset, []).append(submission)
    return found


def make_sensors(registry: ContractRegistry, jobs: Sequence[UnresolvedAssetJobDefinition]) -> list[SensorDefinition]:
    """All sensors."""

    @sensor(
        name="new_submissions",
        jobs=list(jobs),
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Lần nộp mà tiến trình xử lý bỏ sót / submissions that the worker missed",
    )
    def new_submissions(context: SensorEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        waiting = missed(registry)
        if not waiting:
            yield SkipReason("Không có gì chờ / nothing waits")
            return
        keep_partitions(context.instance, registry.values(), [s.period for found in waiting.values() for s in found])
        for dataset, found in waiting.items():
            periods = {s.period for s in found}
            yield RunRequest(
                # One run for what waits now; the same submissions never ask twice.
                job_name=publish_job(registry[dataset]),
                run_key=f"{dataset}:{found[-1].submission_id}:{len(found)}",
                asset_selection=[*dataset_keys(dataset), *(marts_key(name) for name in MARTS)],
                partition_key=periods.pop() if len(periods) == 1 else None,
                tags={"hub/dataset": dataset, "hub/submissions": str(len(found))},
            )

    return [new_submissions]
