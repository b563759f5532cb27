"""Runs of the graph within this process, against Dagster's instance: what the worker does for each burst.

Started so, a run costs a fraction of what a process of its own would, and stands in Dagster's pages like any other.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from data.contract import ContractRegistry, load_contracts
from data.settings import settings
from data.submission import Submission

if TYPE_CHECKING:
    from dagster import AssetCheckKey, AssetKey, DagsterInstance, Definitions, JobDefinition

__all__ = ["Graph"]


_QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
"""Every event of a run stands in Dagster's pages; a process's own log keeps what went wrong."""


class Graph:
    """The loaded graph and the instance its runs are written to."""

    def __init__(self, instance: DagsterInstance) -> None:
        self.instance = instance
        self._load()

    def _load(self) -> None:
        from pipelines.definitions import make_definitions

        self._seen = _stamp()
        self._parts: dict[tuple[object, ...], JobDefinition] = {}
        self.registry: ContractRegistry = load_contracts(settings().contracts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._defs: Definitions = make_definitions(self.registry)
            self._whole: JobDefinition = self._defs.resolve_implicit_global_asset_job_def()

    def refresh(self) -> None:
        """Load the graph anew where a contract was added or changed."""
        if _stamp() != self._seen:
            self._load()

    def publish(self, dataset: str, submissions: Sequence[Submission]) -> bool:
        """One run for a burst of one dataset, landing to marts; says whether it went through."""
        from assets.graph.dataset import blocking_checks
        from assets.graph.marts import MARTS
        from assets.graph.names import dataset_keys, marts_key
        from pipelines.jobs import publish_job
        from pipelines.partitions import keep_partitions

        contract = self.registry[dataset]
        periods = sorted({s.period for s in submissions})
        keep_partitions(self.instance, [contract], periods)
        return self._run(
            self._defs.resolve_job_def(publish_job(contract)),
            {*dataset_keys(dataset), *(marts_key(name) for name in MARTS)},
            blocking_checks(contract),
            partition=periods[0] if len(periods) == 1 else None,
            tags={"hub/dataset": dataset, "hub/submissions": str(len(submissions))},
        )

    def catch_up(self) -> bool:
        """Bring every mart that lags behind core up to date: after a crash, or a run that a check stopped."""
        from assets.graph.marts import LAGGING_TAG, MARTS
        from assets.graph.names import marts_key

        return self._run(self._whole, {marts_key(name) for name in MARTS}, (), tags={LAGGING_TAG: "true"})

    def deadlines(self) -> bool:
        """Write what is owed, and note statuses and scores as of now."""
        from assets.graph.names import marts_key

        return self._run(self._whole, {marts_key(n) for n in ("obligation", "reporting_status", "score")}, ())

    def directives(self) -> bool:
        """Read what documents came, and write what was decided of them."""
        from assets.graph.directives import DIRECTIVES
        from assets.graph.names import marts_key

        return self._run(self._whole, {marts_key(name) for name in DIRECTIVES}, ())

    def materialise(self, datasets: Collection[str]) -> bool:
        """One run of every asset of these datasets, of reference data and marts, with the checks that may stop it."""
        from assets.graph.dataset import blocking_checks
        from assets.graph.names import LAYERS

        chosen = {
            key
            for key in self._defs.resolve_asset_graph().get_all_asset_keys()
            if key.path[0] not in LAYERS or key.path[1] in datasets
        }
        return self._run(self._whole, chosen, [c for d in datasets for c in blocking_checks(self.registry[d])])

    def examine(self, datasets: Collection[str]) -> bool:
        """One run of all checks of these datasets and of the marts, with the scores as they now stand."""
        from assets.graph.names import marts_key

        graph = self._defs.resolve_asset_graph()
        names = {*datasets, "measure_value"}
        checks = [key for key in graph.asset_check_keys if key.asset_key.path[1] in names]
        return self._run(
            self._whole,
            {marts_key("reporting_status"), marts_key("score")},
            [key for key in checks if not graph.get_check_spec(key).blocking],
        )

    def everything(self) -> bool:
        """One run of the whole graph with all its checks."""
        return self._whole.execute_in_process(instance=self.instance, run_config=_QUIET, raise_on_error=False).success

    def _run(
        self,
        job: JobDefinition,
        keys: Collection[AssetKey],
        checks: Collection[AssetCheckKey],
        *,
        partition: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> bool:
        part = (job.name, frozenset(keys), frozenset(checks))
        if part not in self._parts:
            # Binding a part of the graph takes longer than many a step: a dataset's is bound once.
            self._parts[part] = job.get_subset(asset_selection=set(keys), asset_check_selection=set(checks))
        result = self._parts[part].execute_in_process(
            instance=self.instance, run_config=_QUIET, partition_key=partition, tags=tags, raise_on_error=False
        )
        return result.success


def _stamp() -> tuple[tuple[str, int], ...]:
    """What tells that a contract was added or changed."""
    return tuple((p.name, p.stat().st_mtime_ns) for p in sorted(settings().contracts.glob("*.odcs.yaml")))
