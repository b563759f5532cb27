"""What was examined before and has not changed since: its result stands, and is said again instead of found again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from dagster import AssetCheckEvaluation, AssetCheckKey, AssetCheckResult, AssetKey, DagsterInstance, MetadataValue
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from assets.graph.stale import newest_commits
from checks.compile import compile_rules
from data.clock import now
from data.contract import Contract, ContractRegistry
from data.reference_tables import reference_files
from data.settings import REPOSITORY, settings

__all__ = ["STATE", "standing_metadata", "standing_results", "state_of"]

STATE = "state"
"""Metadata that says which state of the lake (and of contract, reference data and code) was looked at."""
_ENDED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}


def state_of(con: duckdb.DuckDBPyConnection, contracts: Iterable[Contract], registry: ContractRegistry) -> str:
    """A word for all that an examination of these contracts' data depends on, for one day."""
    chosen = list(contracts)
    joined = {t for c in chosen for rule in compile_rules(c) for t in rule.tables if t in registry}
    written, refreshed = newest_commits(con)
    datasets = sorted({c.id for c in chosen} | joined)
    parts: list[object] = [now().date(), settings().province, _code(), _reference(settings().province)]
    parts += [(c.id, _digest(c.path)) for c in chosen]
    parts += [(dataset, written.get(dataset), refreshed.get(dataset)) for dataset in datasets]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def standing_results(
    instance: DagsterInstance, keys: Sequence[AssetCheckKey], state: str
) -> list[AssetCheckResult] | None:
    """The results of these checks where all of them were found in this very state; else None."""
    found: list[AssetCheckResult] = []
    for key in keys:
        records = instance.event_log_storage.get_asset_check_execution_history(key, limit=1, status=_ENDED)
        event = records[0].event if records else None
        evaluation = event.get_dagster_event().event_specific_data if event else None
        if not isinstance(evaluation, AssetCheckEvaluation) or _state(evaluation.metadata) != state:
            return None
        found.append(
            AssetCheckResult(
                passed=evaluation.passed,
                asset_key=key.asset_key,
                check_name=key.name,
                severity=evaluation.severity,
                metadata=evaluation.metadata,
            )
        )
    return found


def standing_metadata(
    instance: DagsterInstance, keys: Sequence[AssetKey], state: str
) -> dict[AssetKey, Mapping[str, Any]] | None:
    """What was last said of these assets where all of it was said of this very state; else None."""
    found: dict[AssetKey, Mapping[str, Any]] = {}
    for record in instance.get_asset_records(keys):
        event = record.asset_entry.last_materialization
        made = event.asset_materialization if event is not None else None
        if made is None or _state(made.metadata) != state:
            return None
        found[record.asset_entry.asset_key] = made.metadata
    return {key: found[key] for key in keys} if len(found) == len(keys) else None


def _state(metadata: Any) -> object:
    value = metadata.get(STATE)
    return value.value if isinstance(value, MetadataValue) else None


def _digest(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None else ""


@cache
def _code() -> str:
    """The rules' own code: a new version of the hub examines anew."""
    seen = hashlib.sha256()
    for path in sorted((REPOSITORY / "checks").rglob("*.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _reference(province: str) -> tuple[object, ...]:
    return tuple((name, p.stat().st_mtime_ns) for name, p in sorted(reference_files(province).items()))
