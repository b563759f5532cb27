"""What was received, as somebody may read it: pages of submissions, newest first, and the versions of many items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true

from data.contract import ContractRegistry
from data.ledger import Ledger
from data.ledger_schema import submission
from data.obligation import full_code
from data.person import Person
from data.settings import settings
from data.submission import Submission

__all__ = ["ReceivedPage", "received", "received_of_items"]


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """Some of the submissions that fit, how many fit in all, and where the next page begins (None at the end)."""

    submissions: tuple[Submission, ...]
    total: int
    next: int | None


def _readable(person: Person, contracts: ContractRegistry) -> ColumnElement[bool]:
    """What Person.may_read says, as a condition that the database answers."""
    if person.may("read.all"):
        return true()
    if not person.may("read.own") or not person.unit:
        return false()
    province = settings().province
    behalf = [c.id for c in contracts.values() if c.reporting.on_behalf and full_code(c.owner, province) == person.unit]
    return or_(submission.c.reporter == person.unit, submission.c.dataset.in_(behalf))


def received(
    ledger: Ledger,
    person: Person,
    contracts: ContractRegistry,
    *,
    dataset: str = "",
    reporter: str = "",
    period: str = "",
    before: int | None = None,
    limit: int = 50,
) -> ReceivedPage:
    """The submissions that the person may read and that fit, newest first; `before` is a page's `next`."""
    fits = [_readable(person, contracts), submission.c.dataset.in_(list(contracts))]
    wanted = ((submission.c.dataset, dataset), (submission.c.reporter, reporter), (submission.c.period, period))
    fits += [column == value for column, value in wanted if value]
    query = select(submission).where(*fits).order_by(submission.c.submission_id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(submission.c.submission_id < before)
    with ledger.reading() as con:
        total = con.scalar(select(func.count()).select_from(submission).where(*fits)) or 0
        rows = [
            Submission(**{**r, "received_at": datetime.fromisoformat(r["received_at"])})
            for r in con.execute(query).mappings()
        ]
    page = tuple(rows[:limit])
    return ReceivedPage(page, total, page[-1].submission_id if len(rows) > limit else None)


def received_of_items(
    ledger: Ledger, datasets: Collection[str], reporters: Collection[str]
) -> Mapping[tuple[str, str, str], list[Submission]]:
    """All versions of what these units sent of these datasets, oldest first, by (dataset, reporter, period)."""
    query = (
        select(submission)
        .where(submission.c.dataset.in_(list(datasets)), submission.c.reporter.in_(list(reporters)))
        .order_by(submission.c.version)
    )
    found: dict[tuple[str, str, str], list[Submission]] = {}
    with ledger.reading() as con:
        for r in con.execute(query).mappings():
            one = Submission(**{**r, "received_at": datetime.fromisoformat(r["received_at"])})
            found.setdefault((one.dataset, one.reporter, one.period), []).append(one)
    return found
