"""What the graph's parts are called: asset keys by layer and dataset, periods as partitions, checks by rule."""

from __future__ import annotations

from functools import cache

from dagster import AssetKey, BackfillPolicy, DynamicPartitionsDefinition

from data.contract import Contract
from data.obligation import deadline_rule

__all__ = [
    "LAYERS",
    "ONE_RUN",
    "check_name",
    "core_key",
    "dataset_keys",
    "landing_key",
    "marts_key",
    "partition_name",
    "partitions_of",
    "reference_key",
    "staging_key",
]

LAYERS = ("landing", "staging", "core")

ONE_RUN = BackfillPolicy.single_run()
"""A backfill over many periods is one run, as a burst of submissions is."""


def landing_key(dataset: str) -> AssetKey:
    """Submissions as received."""
    return AssetKey(["landing", dataset])


def staging_key(dataset: str) -> AssetKey:
    """Typed rows, failing ones too."""
    return AssetKey(["staging", dataset])


def core_key(dataset: str) -> AssetKey:
    """Rows in force."""
    return AssetKey(["core", dataset])


def marts_key(name: str) -> AssetKey:
    """What people read."""
    return AssetKey(["marts", name])


def reference_key(table: str) -> AssetKey:
    """What is known before anything is sent."""
    return AssetKey(["reference", table])


def dataset_keys(dataset: str) -> tuple[AssetKey, AssetKey, AssetKey]:
    """A dataset's three layers, in the way of the data."""
    return landing_key(dataset), staging_key(dataset), core_key(dataset)


def partition_name(kind: str) -> str:
    """Name of the set of periods of one kind in Dagster's instance."""
    return f"period_{kind}"


@cache
def _partitions(kind: str) -> DynamicPartitionsDefinition:
    return DynamicPartitionsDefinition(name=partition_name(kind))


def partitions_of(contract: Contract) -> DynamicPartitionsDefinition:
    """The dataset's periods; keys are period tokens, added as periods begin (pipelines/partitions.py)."""
    return _partitions(deadline_rule(contract).frequency)


def check_name(rule: str) -> str:
    """A rule's name as a check's: Dagster allows letters, digits and underscores."""
    return rule.replace(".", "__").replace("-", "_")
