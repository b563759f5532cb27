"""Replay: submissions judged again from their bytes with the present contracts, beside what the lake holds of them.

Nothing is written: what would be judged otherwise is seen before anything is (assets/replay_apply.py enters it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from assets.check_file import unreadable_verdict
from assets.intake import ReadPool
from assets.outcome import Arrival
from assets.run_queue import Progress, reading
from checks.finding import Verdict
from checks.history import bind_history
from checks.judge import judge
from checks.staged import Staged
from data.contract import Contract, ContractRegistry
from data.ledger import Ledger
from data.period import Period
from data.submission import Submission
from data.table import UnreadableError
from data.warehouse import LAKE, open_judging

__all__ = ["Replayed", "RuleChange", "replay"]

_AT_ONCE_BYTES = 32 * 1024**2
_AT_ONCE = 200
"""Most bytes and submissions that are read and judged together."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that comes out otherwise. `failed_before` None: the rule is new; `failed_after` None: it is gone."""

    rule: str
    severity: str
    failed_before: int | None
    failed_after: int | None
    cells_more: tuple[str, ...]
    """Cells at which it fails now and did not."""
    cells_less: tuple[str, ...]
    """Cells at which it failed and does not now."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict in short: under which version of the contract, and how many rows are good and held back."""

    contract_version: str
    verdict: str
    accepted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """One submission judged again."""

    submission: Submission
    before: Judgement
    after: Judgement
    rules: tuple[RuleChange, ...]

    @property
    def changed(self) -> bool:
        """Whether anything but the contract's version comes out otherwise."""
        before, after = self.before, self.after
        return bool(self.rules) or (before.verdict, before.accepted, before.quarantined) != (
            after.verdict, after.accepted, after.quarantined,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        sent = self.submission
        return {
            "receipt": sent.receipt,
            "dataset": sent.dataset,
            "unit": sent.reporter,
            "period": sent.period,
            "version": sent.version,
            "changed": self.changed,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "rules": [asdict(rule) for rule in self.rules],
        }


def replay(
    ledger: Ledger,
    registry: ContractRegistry,
    submissions: Sequence[Submission],
    *,
    pool: ReadPool | None = None,
    progress: Progress | None = None,
) -> Iterator[Replayed]:
    """Judge again what the lake holds a verdict of, dataset by dataset; others are left out.

    At most one submission of an item may be among them. `progress` is told how far each dataset has come.
    """
    by_dataset: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        by_dataset[submission.dataset].append(submission)
    for dataset, group in by_dataset.items():
        contract, done = registry[dataset], 0
        for part in _parts(group):
            yield from _replayed(ledger, registry, contract, part, pool)
            done += len(part)
            if progress is not None:
                progress(dataset, done, len(group))


def _parts(submissions: Sequence[Submission]) -> Iterator[list[Submission]]:
    part: list[Submission] = []
    for submission in submissions:
        if part and (len(part) == _AT_ONCE or sum(s.size for s in part) + submission.size > _AT_ONCE_BYTES):
            yield part
            part = []
        part.append(submission)
    if part:
        yield part


def _replayed(
    ledger: Ledger,
    registry: ContractRegistry,
    contract: Contract,
    part: Sequence[Submission],
    pool: ReadPool | None,
) -> list[Replayed]:
    with open_judging(lake=True) as con:
        before = _before(con, [s.submission_id for s in part])
        known = [s for s in part if s.submission_id in before]
        if not known:
            return []
        arrivals = reading(con, ledger, contract, known, pool, None)()
        verdicts = _judged(con, contract, registry, arrivals)
        results, findings = _results(con, list(verdicts)), _findings(con, list(verdicts))
    return [
        Replayed(
            s,
            before[s.submission_id],
            _short(verdicts[s.submission_id]),
            _rules(verdicts[s.submission_id], results[s.submission_id], findings[s.submission_id]),
        )
        for s in known
    ]


def _judged(
    con: duckdb.DuckDBPyConnection, contract: Contract, registry: ContractRegistry, arrivals: Sequence[Arrival]
) -> dict[int, Verdict]:
    """Submission → its verdict under the present contract."""
    verdicts: dict[int, Verdict] = {}
    staged: list[Staged] = []
    for arrival in arrivals:
        sent = arrival.submission
        if isinstance(arrival.content, UnreadableError):
            verdicts[sent.submission_id] = unreadable_verdict(
                sent.filename, contract, sent.reporter, Period.parse(sent.period), arrival.content
            )
        else:
            staged.append(arrival.content)
    bind_history(con, contract, sorted({a.submission.reporter for a in arrivals}))
    if staged:
        for judged in judge(con, contract, staged, registry):
            verdicts[judged.staged.context.submission_id] = judged.verdict
            if judged.staged.clean is not None:
                judged.staged.clean.discard()
    return verdicts


def _short(verdict: Verdict) -> Judgement:
    counts = verdict.counts
    return Judgement(verdict.contract_version, verdict.verdict, counts.accepted, counts.quarantined)


def _before(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> dict[int, Judgement]:
    rows = con.execute(
        "SELECT submission_id, contract_version, verdict, rows_accepted, rows_quarantined "
        f"FROM {LAKE}.quality.verdict WHERE list_contains(?, submission_id)",
        [list(ids)],
    ).fetchall()
    return {number: Judgement(*rest) for number, *rest in rows}


def _results(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> dict[int, dict[str, tuple[str, int]]]:
    """Submission → rule → its severity and how many rows failed."""
    found: dict[int, dict[str, tuple[str, int]]] = {number: {} for number in ids}
    for number, rule, severity, failed in con.execute(
        f"SELECT submission_id, rule, severity, failed FROM {LAKE}.quality.result "
        "WHERE list_contains(?, submission_id)",
        [list(ids)],
    ).fetchall():
        found[number][rule] = severity, failed
    return found


_Place = tuple[str | None, int | None, str | None]
"""Sheet, row and column of a finding."""


def _findings(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> dict[int, dict[str, dict[_Place, str]]]:
    """Submission → rule → place → how the cell is called."""
    found: dict[int, dict[str, dict[_Place, str]]] = {number: defaultdict(dict) for number in ids}
    for number, rule, sheet, row, column, cell in con.execute(
        f'SELECT submission_id, rule, sheet, "row", "column", cell FROM {LAKE}.quality.finding '
        "WHERE list_contains(?, submission_id)",
        [list(ids)],
    ).fetchall():
        found[number][rule][sheet, row, column] = _called(sheet, row, column, cell)
    return found


def _called(sheet: str | None, row: int | None, column: str | None, cell: str | None) -> str:
    place = cell or (f"{column or ''}@{row}" if row is not None else column or "—")
    return f"{sheet}!{place}" if sheet else place


def _rules(
    verdict: Verdict, before: Mapping[str, tuple[str, int]], found: Mapping[str, Mapping[_Place, str]]
) -> tuple[RuleChange, ...]:
    """Rules that fail otherwise, or that only one of the two contracts has and that fail there."""
    after = {r.rule: (r.severity, r.failed) for r in verdict.results}
    places: dict[str, dict[_Place, str]] = defaultdict(dict)
    for f in verdict.findings:
        places[f.rule][f.sheet, f.row, f.column] = _called(f.sheet, f.row, f.column, f.cell)
    changes = []
    for rule in dict.fromkeys([*before, *after]):
        then, now = before.get(rule), after.get(rule)
        was, here = found.get(rule, {}), places.get(rule, {})
        more = tuple(name for place, name in here.items() if place not in was)
        less = tuple(name for place, name in was.items() if place not in here)
        failed = (then[1] if then else 0, now[1] if now else 0)
        severities = {s for s, _ in (r for r in (then, now) if r is not None)}
        if failed[0] != failed[1] or more or less or (len(severities) > 1 and any(failed)):
            severity = (now or then or ("", 0))[0]
            changes.append(RuleChange(rule, severity, then[1] if then else None, now[1] if now else None, more, less))
    return tuple(changes)
