"""The graph as Dagster shows it, brought up to what the lake holds: for a lake that was loaded without Dagster."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.clock import LOCAL_TIME, now
from data.contract import ContractRegistry
from data.warehouse import LAKE, open_warehouse

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from pipelines.warm_run import Graph

__all__ = ["deadlines_noted", "marts_lag", "record_materialisations", "unexamined", "unrecorded"]


def _held(registry: ContractRegistry) -> dict[str, set[str]]:
    """Dataset → periods that the lake holds anything of."""
    with open_warehouse(read_only=True) as con:
        exists = con.execute(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = 'verdict'", [LAKE]
        ).fetchone()
        rows = con.execute(f"SELECT DISTINCT dataset, period FROM {LAKE}.quality.verdict").fetchall() if exists else []
    found: dict[str, set[str]] = {dataset: set() for dataset in registry}
    for dataset, period in rows:
        if dataset in found:
            found[dataset].add(period)
    return found


def unrecorded(instance: DagsterInstance, registry: ContractRegistry) -> list[str]:
    """Datasets whose assets Dagster has never seen made, or not for every period that the lake holds."""
    from assets.graph.names import core_key

    missing = []
    for dataset, periods in _held(registry).items():
        key = core_key(dataset)
        if instance.get_latest_materialization_event(key) is None or periods - instance.get_materialized_partitions(
            key
        ):
            missing.append(dataset)
    return missing


def unexamined(instance: DagsterInstance, registry: ContractRegistry) -> list[str]:
    """Datasets whose checkpoint Dagster has never seen run."""
    from dagster import AssetCheckKey

    from assets.graph.examination import CHECKPOINT
    from assets.graph.names import core_key

    keys = {AssetCheckKey(core_key(dataset), CHECKPOINT): dataset for dataset in registry}
    known = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    return [dataset for key, dataset in keys.items() if key not in known]


def deadlines_noted(instance: DagsterInstance) -> bool:
    """Whether what is owed was written today already."""
    from assets.graph.names import marts_key

    made = instance.get_latest_materialization_event(marts_key("obligation"))
    return made is not None and datetime.fromtimestamp(made.timestamp, LOCAL_TIME).date() == now().date()


def marts_lag(registry: ContractRegistry) -> bool:
    """Whether a crash, or a run that a check stopped, left marts behind core."""
    from assets.graph.stale import stale_datasets

    with open_warehouse(read_only=True) as con:
        return bool(stale_datasets(con, registry))


def record_materialisations(graph: Graph) -> list[str]:
    """Run the graph over what the lake holds where Dagster does not know it yet; gives the datasets recorded.

    Nothing waits, so nothing is judged anew: each asset says what the lake holds, period by period.
    """
    from pipelines.partitions import keep_partitions

    keep_partitions(graph.instance, graph.registry.values(), {p for ps in _held(graph.registry).values() for p in ps})
    missing = unrecorded(graph.instance, graph.registry)
    if missing:
        graph.materialise(missing)
    return missing
