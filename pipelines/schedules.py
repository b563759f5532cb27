"""Schedules, in the province's time: due moments pass and scores change though nothing is sent."""

from collections.abc import Sequence

from dagster import DefaultScheduleStatus, RunRequest, ScheduleDefinition, ScheduleEvaluationContext, schedule

from assets.graph.names import marts_key
from data.contract import ContractRegistry
from pipelines.jobs import DEADLINES
from pipelines.partitions import keep_partitions

__all__ = ["make_schedules"]

_ZONE = "Asia/Ho_Chi_Minh"


def make_schedules(registry: ContractRegistry) -> Sequence[ScheduleDefinition]:
    """Just after midnight what is owed is written anew and new periods begin; hourly the scores are noted."""

    @schedule(
        name="deadlines_daily",
        cron_schedule="5 0 * * *",
        job_name=DEADLINES,
        execution_timezone=_ZONE,
        default_status=DefaultScheduleStatus.RUNNING,
        description="Kỳ mới, nghĩa vụ mới, ai trễ / new periods, what is owed, who is late",
    )
    def deadlines_daily(context: ScheduleEvaluationContext) -> RunRequest:
        keep_partitions(context.instance, registry.values(), until=context.scheduled_execution_time.date())
        return RunRequest()

    @schedule(
        name="scores_hourly",
        cron_schedule="1 * * * *",
        job_name=DEADLINES,
        execution_timezone=_ZONE,
        default_status=DefaultScheduleStatus.RUNNING,
        description="Điểm và tình trạng từng giờ / scores and statuses each hour",
    )
    def scores_hourly(context: ScheduleEvaluationContext) -> RunRequest:
        return RunRequest(asset_selection=[marts_key("reporting_status"), marts_key("score")])

    return [deadlines_daily, scores_hourly]
