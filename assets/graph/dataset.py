"""One dataset in the graph: a step that takes what waits, judges it and commits it, and says what the lake then holds.

Landing, staging and core are made by one step because the hub makes them in one commit: either all three show a
submission, or none does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb
from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetsDefinition,
    Backoff,
    Jitter,
    MaterializeResult,
    RetryPolicy,
    multi_asset,
)

from assets.graph.describe import dataset_specs
from assets.graph.facts import PeriodFacts, newest_period, period_facts, preview, scores_of
from assets.graph.lake import open_lake
from assets.graph.names import ONE_RUN, check_name, dataset_keys, partitions_of, staging_key
from assets.graph.reading import reading_pool
from assets.graph.rule_checks import check_spec, evaluations
from assets.graph.stale import newest_commits
from assets.graph.unchanged import STATE, standing_metadata
from assets.lake_schema import ensure_tables
from assets.run_queue import process
from checks.compile import compile_rules
from checks.rule import Rule
from data.contract import Contract, ContractRegistry
from data.lake_lock import lake_lock
from data.ledger import open_ledger

__all__ = ["RETRY", "blocking_checks", "blocking_rules", "dataset_assets"]

RETRY = RetryPolicy(max_retries=2, delay=1.0, backoff=Backoff.EXPONENTIAL, jitter=Jitter.PLUS_MINUS)
"""For what passes by itself: a locked catalogue, a disk that answers late. A step repeated changes nothing."""


def blocking_rules(contract: Contract) -> tuple[Rule, ...]:
    """Rules whose failing stops the run before the marts, where the contract asks for that.

    They are those that refuse a submission whole: what is wrong with single rows is in quarantine and stops nothing.
    """
    if not contract.blocking:
        return ()
    return tuple(
        r for r in compile_rules(contract) if r.kind == "dataset" and r.severity == "error" and r.id != "timeliness"
    )


def blocking_checks(contract: Contract) -> tuple[AssetCheckKey, ...]:
    """The same as keys: they are part of the dataset's step and are chosen with it."""
    return tuple(AssetCheckKey(staging_key(contract.id), check_name(r.id)) for r in blocking_rules(contract))


_SCORES_STAND = timedelta(minutes=5)
"""How old the scores shown beside a burst's rows may be."""


@dataclass(frozen=True)
class _Outcome:
    """What one run of the step did and found."""

    taken: int
    periods: tuple[str, ...]
    facts: dict[str, PeriodFacts]


def dataset_assets(contract: Contract, registry: ContractRegistry) -> AssetsDefinition:
    """The step that brings a dataset's waiting submissions to core, as three assets and the checks that may stop it."""
    held = blocking_rules(contract)
    checks: list[AssetCheckSpec] = [check_spec(contract, rule, blocking=True) for rule in held]

    @multi_asset(
        name=f"receive_{contract.id}",
        description=f"Đọc, kiểm tra và ghi các lần nộp đang chờ / read, judge and commit: {contract.title}",
        specs=list(dataset_specs(contract)),
        check_specs=checks,
        partitions_def=partitions_of(contract),
        backfill_policy=ONE_RUN,
        retry_policy=RETRY,
        op_tags={"dataset": contract.id},
    )
    def receive(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        wanted = _wanted_periods(context)
        with open_lake() as con:
            outcome = _take_in(con, contract, registry, wanted)
            context.log.info(f"{contract.id}: {outcome.taken} lần nộp / submissions")
            state = f"{newest_commits(con)[0].get(contract.id)} {contract.version}" if wanted is None else ""
            standing = standing_metadata(context.instance, dataset_keys(contract.id), state) if state else None
            if standing is None or outcome.taken:
                yield from _materialisations(context, con, contract, outcome, wanted, state)
            else:
                scores = scores_of(con, contract.id)
                for key, metadata in standing.items():
                    yield MaterializeResult(key, metadata={**metadata, **(scores if key.path[0] == "core" else {})})
            if held:
                yield from evaluations(con, contract, held, outcome.periods)

    return receive


def _wanted_periods(context: AssetExecutionContext) -> tuple[str, ...] | None:
    """The periods that this run is for; None where it is for whatever waits."""
    if context.has_partition_key or context.has_partition_key_range:
        return tuple(context.partition_keys)
    return None


def _take_in(
    con: duckdb.DuckDBPyConnection, contract: Contract, registry: ContractRegistry, wanted: Sequence[str] | None
) -> _Outcome:
    ensure_tables(con, [contract])
    with lake_lock(), open_ledger() as ledger:
        waiting = [s for s in ledger.pending(dataset=contract.id) if wanted is None or s.period in wanted]
        if waiting:
            process(con, ledger, registry, waiting, pool=reading_pool())
    facts = period_facts(con, contract.id)
    touched = wanted if wanted is not None else sorted({s.period for s in waiting})
    newest = newest_period(con, contract.id)
    return _Outcome(len(waiting), tuple(touched) or ((newest,) if newest else ()), facts)


def _materialisations(
    context: AssetExecutionContext,
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    outcome: _Outcome,
    wanted: Sequence[str] | None,
    state: str,
) -> Iterator[MaterializeResult[Any]]:
    """What the lake now holds; `state`, where given, tells a later run that it still is so."""
    # A submission does not wait for a province's scores: the asset `score`, made after it, has the newest.
    scores = scores_of(con, contract.id, within=_SCORES_STAND if outcome.taken else timedelta(0))
    for key in dataset_keys(contract.id):
        layer = key.path[0]
        if wanted is None:
            _note_periods(context, key, layer, outcome)
        elif len(wanted) > 1:
            for period in wanted:
                if period in outcome.facts:
                    context.add_asset_metadata(outcome.facts[period].metadata(layer), key, period)
        said = _summary(con, contract, layer, outcome, scores)
        yield MaterializeResult(key, metadata={**said, **({STATE: state} if state and not outcome.taken else {})})


def _note_periods(context: AssetExecutionContext, key: AssetKey, layer: str, outcome: _Outcome) -> None:
    """A run without partitions says which periods it changed, and those that Dagster does not know of yet."""
    known = context.instance.get_materialized_partitions(key)
    for period, facts in outcome.facts.items():
        if period not in known or (outcome.taken and period in outcome.periods):
            context.log_event(AssetMaterialization(key, partition=period, metadata=facts.metadata(layer)))


def _summary(
    con: duckdb.DuckDBPyConnection, contract: Contract, layer: str, outcome: _Outcome, scores: dict[str, float]
) -> dict[str, Any]:
    """Metadata of one layer over the run's periods."""
    chosen = [outcome.facts[p] for p in outcome.periods if p in outcome.facts]
    totals: dict[str, Any] = {"periods": ", ".join(outcome.periods) or "—", "submissions_taken": outcome.taken}
    for facts in chosen:
        for name, value in facts.metadata(layer).items():
            if not name.startswith("dagster/"):
                totals[name] = totals.get(name, 0) + value
    if layer == "landing":
        return totals
    totals["dagster/row_count"] = sum(f.rows if layer == "staging" else f.in_force for f in outcome.facts.values())
    totals["preview"] = preview(con, contract, layer, outcome.periods)
    return {**totals, **(scores if layer == "core" else {})}
