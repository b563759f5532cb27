"""The Great Expectations checkpoints as asset checks; they run after the figures are on the wall, never before."""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    MetadataValue,
    multi_asset_check,
)

from assets.graph.facts import newest_period, newest_submissions
from assets.graph.lake import open_lake
from assets.graph.names import core_key, marts_key, staging_key
from assets.graph.unchanged import STATE, standing_results, state_of
from assets.lake_schema import ensure_tables
from checks.suite.checkpoint import disagreements, examine_core, examine_marts, examine_staging, keep
from checks.suite.pages import write_pages
from checks.suite.runner import Examination
from data.clock import now
from data.contract import Contract, ContractRegistry

__all__ = ["AGREEMENT", "CHECKPOINT", "dataset_examination", "marts_examination"]

CHECKPOINT = "great_expectations"
AGREEMENT = "same_as_verdict"
_MOST = 200
"""Submissions of one period that a checkpoint looks at; the newest ones where there are more."""


def _metadata(examination: Examination) -> dict[str, Any]:
    unmet = [a for a in examination.answers if not a.met]
    lines = "\n".join(f"- **{a.question.name}** `{a.question.id}`: {a.error or a.failed}" for a in unmet)
    return {
        "expectations": len(examination.answers),
        "met": len(examination.answers) - len(unmet),
        "submissions": len(examination.submissions),
        "unmet": MetadataValue.md(lines or "—"),
        "data_docs": MetadataValue.path(str(write_pages([keep(examination)]))),
    }


def _examined(state: str) -> dict[str, Any]:
    """When this was really looked at: a result that stands unchanged keeps saying so."""
    return {"examined_at": now().isoformat(timespec="seconds"), STATE: state}


def _result(key: AssetCheckKey, examination: Examination, severity: AssetCheckSeverity, state: str) -> AssetCheckResult:
    return AssetCheckResult(
        passed=examination.met,
        asset_key=key.asset_key,
        check_name=key.name,
        severity=severity,
        metadata={**_metadata(examination), **_examined(state)},
    )


def dataset_examination(contract: Contract, registry: ContractRegistry) -> AssetChecksDefinition:
    """A dataset's checkpoints: the contract's rules on staging, invariants on core, and that both runners agree."""
    on_staging = AssetCheckKey(staging_key(contract.id), CHECKPOINT)
    agreement = AssetCheckKey(staging_key(contract.id), AGREEMENT)
    on_core = AssetCheckKey(core_key(contract.id), CHECKPOINT)

    @multi_asset_check(
        name=f"examine_{contract.id}",
        description=f"Great Expectations: {contract.title}",
        specs=[
            AssetCheckSpec(CHECKPOINT, asset=on_staging.asset_key, description="Mọi quy tắc, trên mọi dòng"),
            AssetCheckSpec(AGREEMENT, asset=agreement.asset_key, description="Hai cách chạy cho cùng số dòng sai"),
            AssetCheckSpec(CHECKPOINT, asset=on_core.asset_key, description="Bất biến của dữ liệu có hiệu lực"),
        ],
        can_subset=True,
    )
    def examined(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        asked = sorted(context.selected_asset_check_keys, key=lambda key: (key.asset_key, key.name))
        with open_lake() as con:
            ensure_tables(con, [contract])
            state = state_of(con, [contract], registry)
            if (standing := standing_results(context.instance, asked, state)) is not None:
                yield from standing
                return
            if on_staging in asked or agreement in asked:
                period = newest_period(con, contract.id)
                ids = newest_submissions(con, contract.id, [period] if period else [])[-_MOST:]
                examination = examine_staging(con, contract, registry, ids)
                if on_staging in asked:
                    # Units' faults are findings, not the hub's failure: they warn here and are scored elsewhere.
                    yield _result(on_staging, examination, AssetCheckSeverity.WARN, state)
                if agreement in asked:
                    differ = disagreements(con, examination)
                    yield AssetCheckResult(
                        passed=not differ,
                        asset_key=agreement.asset_key,
                        check_name=AGREEMENT,
                        severity=AssetCheckSeverity.WARN,
                        metadata={
                            "rules_differing": len(differ), "which": "\n".join(differ) or "—", **_examined(state)
                        },
                    )  # fmt: skip
            if on_core in asked:
                yield _result(on_core, examine_core(con, contract), AssetCheckSeverity.ERROR, state)

    return examined


def marts_examination(registry: ContractRegistry) -> AssetChecksDefinition:
    """The marts' invariants."""
    key = AssetCheckKey(marts_key("measure_value"), CHECKPOINT)

    @multi_asset_check(
        name="examine_marts",
        description="Great Expectations: bất biến của các bảng tổng hợp / invariants of the marts",
        specs=[AssetCheckSpec(CHECKPOINT, asset=key.asset_key, description="Tổng các đơn vị bằng số toàn tỉnh …")],
    )
    def examined(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        with open_lake() as con:
            ensure_tables(con, registry.values())
            state = state_of(con, registry.values(), registry)
            if (standing := standing_results(context.instance, [key], state)) is not None:
                yield from standing
                return
            yield _result(key, examine_marts(con, registry), AssetCheckSeverity.ERROR, state)

    return examined
