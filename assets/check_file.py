"""Judging one file that is not stored: what `hub check` and the desk's preview ask."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import duckdb

from assets.intake import stage_file
from checks.finding import Counts, Verdict
from checks.history import bind_history, looks_beyond
from checks.judge import judge
from checks.staged import Context, Staged
from data.clock import now
from data.contract import Contract, ContractRegistry
from data.obligation import deadline_rule, due_if_owed
from data.period import Period
from data.table import UnreadableError
from data.warehouse import lake_exists, open_judging

__all__ = ["check_file"]


def check_file(
    path: Path,
    contract: Contract,
    registry: ContractRegistry,
    reporter: str,
    period: Period,
    *,
    choices: Mapping[str, str] | None = None,
    reading: AbstractContextManager[None] | None = None,
) -> tuple[Staged | None, Verdict]:
    """Judge a file as if it were received now. Looks back on what the lake holds, where there is one.

    choices: header → column, as people chose for the unit's files (data.column_choices).
    reading: surrounds the part in which the file's own bytes are read.
    """
    rule = deadline_rule(contract)
    said = tuple((choices or {}).items())
    context = Context(0, reporter, period, now(), rule.cutoff, due_if_owed(contract, period), choices=said)
    with reading or nullcontext():
        staged = stage_file(path, path.name, contract, context)
    if isinstance(staged, UnreadableError):
        return None, unreadable_verdict(path.name, contract, reporter, period, staged)
    with open_judging(lake=lake_exists() and looks_beyond(contract, registry)) as con:
        bind_history(con, contract, [reporter])
        return staged, _judged(con, contract, registry, staged)


def _judged(con: duckdb.DuckDBPyConnection, contract: Contract, registry: ContractRegistry, staged: Staged) -> Verdict:
    verdict = judge(con, contract, [staged], registry)[0].verdict
    if staged.clean is not None:
        staged.clean.discard()
    return verdict


def unreadable_verdict(name: str, contract: Contract, reporter: str, period: Period, error: UnreadableError) -> Verdict:
    """The verdict on a file that could not be read as a table."""
    return Verdict(
        file=name,
        dataset=contract.id,
        unit=reporter,
        period=str(period),
        contract_version=contract.version,
        verdict="unreadable",
        counts=Counts(0, 0, 0),
        reason_vi=error.vi,
        reason_en=error.en,
    )
