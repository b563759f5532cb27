"""Periods as Dagster's partitions: every period from the contracts' first to the present one, added as it begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from dagster import DagsterInstance

from assets.graph.names import partition_name
from data.clock import now
from data.contract import Contract
from data.obligation import deadline_rule
from data.period import Period, periods_between

__all__ = ["keep_partitions", "periods_by_kind"]


def periods_by_kind(contracts: Iterable[Contract], until: date) -> dict[str, list[str]]:
    """Kind of period → tokens in order, from the earliest `validFrom` of its contracts until the day."""
    first: dict[str, date] = {}
    for contract in contracts:
        rule = deadline_rule(contract)
        start = Period.parse(contract.valid_from).start()
        first[rule.frequency] = min(start, first.get(rule.frequency, start))
    found: dict[str, list[str]] = defaultdict(list)
    for contract in contracts:
        kind = deadline_rule(contract).frequency
        if kind not in found:
            found[kind] = [str(p) for p in periods_between(kind, first[kind], until) if p.start() <= until]
    return dict(found)


def keep_partitions(
    instance: DagsterInstance, contracts: Iterable[Contract], extra: Iterable[str] = (), until: date | None = None
) -> int:
    """Add the periods that are missing, and those of `extra` (tokens, for other times); gives how many."""
    wanted = periods_by_kind(list(contracts), until or now().date())
    for token in extra:
        wanted.setdefault(Period.parse(token).kind, []).append(token)
    added = 0
    for kind, tokens in wanted.items():
        name = partition_name(kind)
        known = set(instance.get_dynamic_partitions(name))
        missing = [t for t in dict.fromkeys(tokens) if t not in known]
        if missing:
            instance.add_dynamic_partitions(name, missing)
            added += len(missing)
    return added
