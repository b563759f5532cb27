"""Everything that Dagster loads: the graph made from the contracts, its jobs, schedules and the sensor."""

from __future__ import annotations

import warnings

from dagster import BetaWarning, Definitions, PreviewWarning, in_process_executor

from assets.graph.dataset import blocking_rules, dataset_assets
from assets.graph.directives import directive_assets
from assets.graph.examination import dataset_examination, marts_examination
from assets.graph.marts import marts_assets
from assets.graph.reference import reference_assets
from assets.graph.rule_checks import rule_checks
from data.contract import ContractRegistry, load_contracts
from data.settings import settings
from pipelines.jobs import make_jobs
from pipelines.schedules import make_schedules
from pipelines.sensors import make_sensors

__all__ = ["defs", "make_definitions"]


def make_definitions(registry: ContractRegistry) -> Definitions:
    """The graph of these contracts."""
    jobs = make_jobs(registry)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BetaWarning)
        warnings.simplefilter("ignore", PreviewWarning)
        return Definitions(
            assets=[
                reference_assets(registry),
                *(dataset_assets(c, registry) for c in registry.values()),
                *marts_assets(registry),
                directive_assets(),
            ],
            asset_checks=[
                *(rule_checks(c, left_out=blocking_rules(c)) for c in registry.values()),
                *(dataset_examination(c, registry) for c in registry.values()),
                marts_examination(registry),
            ],
            jobs=jobs,
            schedules=make_schedules(registry),
            sensors=make_sensors(registry, jobs),
            executor=in_process_executor,
        )


defs = make_definitions(load_contracts(settings().contracts))
