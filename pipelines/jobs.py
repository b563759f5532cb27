"""Jobs: what is run together. Datasets of one cadence share their periods, so that each cadence is a job."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.graph.dataset import blocking_checks
from assets.graph.marts import MARTS
from assets.graph.names import dataset_keys, marts_key
from data.contract import Contract, ContractRegistry
from data.obligation import deadline_rule

__all__ = ["DEADLINES", "EXAMINE", "make_jobs", "publish_job"]

EXAMINE = "examine"
"""What is looked at afterwards: each rule's result, and the Great Expectations checkpoints."""
DEADLINES = "deadlines"
"""What the passing of time changes: what is owed, who is late, the scores."""


def publish_job(contract: Contract) -> str:
    """Name of the job that brings the dataset's waiting submissions to the wall."""
    return f"publish_{deadline_rule(contract).frequency}"


def make_jobs(registry: ContractRegistry) -> list[UnresolvedAssetJobDefinition]:
    """All jobs."""
    figures = AssetSelection.assets(*(marts_key(name) for name in MARTS))
    owed = AssetSelection.assets(*(marts_key(name) for name in ("obligation", "reporting_status", "score")))
    stopping = AssetSelection.checks(*(key for contract in registry.values() for key in blocking_checks(contract)))
    by_job: dict[str, list[str]] = {}
    for contract in registry.values():
        by_job.setdefault(publish_job(contract), []).append(contract.id)
    return [
        *(
            define_asset_job(
                name,
                AssetSelection.assets(*(key for dataset in datasets for key in dataset_keys(dataset))) | figures | owed,
                description="Từ tệp đến bảng điều hành / from the file to the wall",
            )
            for name, datasets in by_job.items()
        ),
        define_asset_job(
            EXAMINE, AssetSelection.all_asset_checks() - stopping, description="Kết quả từng quy tắc / each rule"
        ),
        define_asset_job(DEADLINES, owed, description="Nghĩa vụ, tình trạng, điểm / what is owed, who is late, scores"),
    ]
