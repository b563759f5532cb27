"""The route of obligations: what the caller's unit owes, when it is due, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from dashboard.api.answers import address_of_submission
from dashboard.api.asked import contracts, the_place
from dashboard.api.models import ObligationItem, Obligations
from dashboard.api.parameters import Cursor, DatasetName, Limit, PeriodToken, Unit
from dashboard.api.places import next_address
from dashboard.api.route import ApiRoute
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import person_of
from dashboard.sign_in.permission import requires
from data.clock import now
from data.contract import ContractRegistry
from data.deadline import working_days_between
from data.obligation import Obligation, obligations
from data.person import Person
from data.received import received_of_items
from data.settings import settings
from data.standing import State, states_of
from data.submission import Submission

__all__ = ["router"]

router = APIRouter(tags=["obligations"], route_class=ApiRoute)
_WINDOW = timedelta(days=365)
_Item = tuple[str, str, str]
_Versions = Mapping[_Item, Sequence[Submission]]
ItemState = Literal[
    "due", "overdue", "received", "judged", "awaiting_confirmation", "awaiting_approval", "returned", "in_force"
]
Day = Annotated[date | None, Query(examples=["2026-11-01"])]


def _owed(person: Person, known: ContractRegistry) -> list[Obligation]:
    found = obligations(known.values(), settings().province, now().date(), the_ledger().extensions())
    return [o for o in found if person.may_read(known[o.dataset], o.reporter)]


def _key(owed: Obligation) -> _Item:
    return owed.dataset, owed.reporter, str(owed.period)


def _standing(
    owed: Obligation, versions: _Versions, states: Mapping[int, State], moment: datetime
) -> tuple[ItemState, Submission | None]:
    """How the item stands, and the version that decides it: the one in force, else the newest not withdrawn."""
    own = versions.get(_key(owed), ())
    for submission in reversed(own):
        if states[submission.submission_id].code == "in_force":
            return "in_force", submission
    for submission in reversed(own):
        code = states[submission.submission_id].code
        if code == "withdrawn" or code == "superseded" or code == "in_force":
            continue
        return code, submission
    return ("overdue" if owed.due_at < moment else "due"), None


def _shape(
    owed: Obligation, known: ContractRegistry, standing: tuple[ItemState, Submission | None], today: date
) -> ObligationItem:
    contract, (state, decisive) = known[owed.dataset], standing
    item = {"unit": owed.reporter, "period": str(owed.period)}
    links = {
        "template": f"/api/v1/datasets/{owed.dataset}/template?{urlencode(item)}",
        "submissions": f"/api/v1/submissions?{urlencode({'dataset': owed.dataset, **item})}",
    }
    if decisive is not None:
        links["submission"] = address_of_submission(decisive.receipt)
    return ObligationItem(
        dataset=owed.dataset,
        title=contract.title,
        title_en=contract.title_en,
        unit=owed.reporter,
        period=str(owed.period),
        period_label=owed.period.label_vi,
        period_label_en=owed.period.label_en,
        due_at=owed.due_at,
        extended=owed.extended,
        working_days_left=working_days_between(today, owed.due_at.date()),
        state=state,
        receipt=decisive.receipt if decisive else None,
        version=decisive.version if decisive else None,
        links=links,
    )


@router.get("/obligations", response_model=Obligations, dependencies=[requires("read.own", "read.all")])
def list_obligations(
    request: Request,
    state: Annotated[ItemState | None, Query()] = None,
    dataset: DatasetName = None,
    unit: Unit = None,
    period: PeriodToken = None,
    due_from: Day = None,
    due_until: Day = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Obligations:
    """What the caller's unit owes, the soonest due first; without `due_from` what came due within a year."""
    moment, known = now(), contracts()
    first = due_from or moment.date() - _WINDOW
    owed = [
        o
        for o in _owed(person_of(request), known)
        if first <= o.due_at.date()
        and (due_until is None or o.due_at.date() <= due_until)
        and (not dataset or o.dataset == dataset)
        and (not unit or o.reporter == unit)
        and (not period or str(o.period) == period)
    ]
    owed.sort(key=lambda o: (o.due_at, o.dataset, o.reporter))
    start = the_place(cursor or "") or 0
    # States are asked for the page only, unless they decide what is on it.
    looked_at = owed if state else owed[start : start + limit]
    items = {_key(o) for o in looked_at}
    versions = received_of_items(the_ledger(), {i[0] for i in items}, {i[1] for i in items})
    wanted = [s for item, found in versions.items() if item in items for s in found]
    states = states_of(the_ledger(), wanted, known)
    standings = {_key(o): _standing(o, versions, states, moment) for o in looked_at}
    if state:
        owed = [o for o in owed if standings[_key(o)][0] == state]
    page = owed[start : start + limit]
    return Obligations(
        items=[_shape(o, known, standings[_key(o)], moment.date()) for o in page],
        total=len(owed),
        next=next_address(request, start + limit if start + limit < len(owed) else None),
    )
