"""Closed periods: what counts of a dataset and period stays as it is until the period is reopened, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import RowMapping

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.contract import ContractError, load_contracts
from data.desk_schema import closing as table
from data.ledger import Ledger
from data.period import Period
from data.person import Person
from data.settings import settings
from data.standing_error import StandingError, reason_given

__all__ = ["Closing", "close_period", "closed_periods", "closing_history", "is_closed", "reopen_period"]


@dataclass(frozen=True, slots=True)
class Closing:
    """One time that a period was closed or reopened."""

    closing_id: int
    dataset: str
    period: str
    kind: Literal["closed", "reopened"]
    reason: str
    actor: str
    at: datetime


def _closing(row: RowMapping) -> Closing:
    return Closing(**{**row, "at": datetime.fromisoformat(row["at"])})


def close_period(
    ledger: Ledger, person: Person, dataset: str, period: Period | str, reason: str, *, address: str = ""
) -> None:
    """Freeze what counts; versions that come later are kept and judged, and wait for the period to be reopened.

    Raises StandingError: not_yours, no_reason, no_dataset, no_period, wrong_state (closed already).
    """
    _write(ledger, person, dataset, str(period), reason, "closed", address)


def reopen_period(
    ledger: Ledger, person: Person, dataset: str, period: Period | str, reason: str, *, address: str = ""
) -> None:
    """Let the newest good version count again. Raises StandingError as `close_period`."""
    _write(ledger, person, dataset, str(period), reason, "reopened", address)


def _write(
    ledger: Ledger,
    person: Person,
    dataset: str,
    period: str,
    reason: str,
    kind: Literal["closed", "reopened"],
    address: str,
) -> None:
    if not person.may("operate"):
        raise StandingError(
            "not_yours", "Tài khoản này không được khóa hay mở kỳ", "this account may not close or reopen periods"
        )
    reason = reason_given(reason)
    _known(dataset, period)
    with ledger.writing() as con:
        if is_closed(con, dataset, period) == (kind == "closed"):
            vi, en = ("đang khóa", "closed already") if kind == "closed" else ("không khóa", "not closed")
            raise StandingError(
                "wrong_state", f"Kỳ {period} của “{dataset}” {vi}", f"the period {period} of {dataset} is {en}"
            )
        con.execute(
            insert(table).values(
                dataset=dataset,
                period=period,
                kind=kind,
                reason=reason,
                actor=person.login,
                at=now().astimezone(LOCAL_TIME).isoformat(),
            )
        )
        verb = "period.close" if kind == "closed" else "period.reopen"
        record(con, person, verb, f"period:{dataset}:{period}", {"reason": reason}, address=address)


def _known(dataset: str, period: str) -> None:
    try:
        _ = load_contracts(settings().contracts)[dataset]
    except ContractError:
        raise StandingError("no_dataset", f"Không có bộ dữ liệu “{dataset}”", f"no dataset {dataset}") from None
    try:
        Period.parse(period)
    except ValueError:
        raise StandingError("no_period", f"Kỳ “{period}” không đọc được", f"cannot read the period {period}") from None


def is_closed(con: Connection, dataset: str, period: str) -> bool:
    """Whether the period is closed now, asked within the caller's transaction."""
    query = (
        select(table.c.kind)
        .where(table.c.dataset == dataset, table.c.period == period)
        .order_by(table.c.closing_id.desc())
        .limit(1)
    )
    return con.scalar(query) == "closed"


def closing_history(ledger: Ledger) -> Mapping[tuple[str, str], Sequence[Closing]]:
    """(dataset, period) → each time that it was closed or reopened, oldest first."""
    found: dict[tuple[str, str], list[Closing]] = {}
    with ledger.reading() as con:
        for row in con.execute(select(table).order_by(table.c.closing_id)).mappings():
            found.setdefault((row["dataset"], row["period"]), []).append(_closing(row))
    return found


def closed_periods(ledger: Ledger) -> Mapping[tuple[str, str], Closing]:
    """(dataset, period) → the closing, for those that are closed now."""
    return {item: times[-1] for item, times in closing_history(ledger).items() if times[-1].kind == "closed"}
