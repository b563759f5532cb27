"""Which notices there should be at a moment: the day's reminders, what is told at once, the weekly digest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from data.accounts import Account, accounts
from data.audit import head
from data.clock import LOCAL_TIME
from data.contract import Contract, ContractRegistry
from data.deadline import is_working_day
from data.ledger import Ledger
from data.ledger_schema import event as events
from data.notices import NewNotice, known_keys
from data.obligation import full_code
from data.settings import settings
from data.submission import Event, Submission
from data.submission_events import events_of
from pipelines.reminders.hours import next_open, reminding_time
from pipelines.reminders.letters import Letter, chat_letter, daily_letter, digest_letter, told_letter
from pipelines.reminders.open_items import OpenItem, good, open_items
from pipelines.reminders.stages import Stage, stage_at

__all__ = ["CHAT", "MAIL", "anybody_to_tell", "chat_addresses", "plan"]

MAIL, CHAT, _NOTED = "mail", "chat", "item"
_TOLD_BACK = timedelta(days=3)
"""How far back events are looked for that nobody was told of: a hub that was down for a weekend."""
_STALE = timedelta(days=14)
"""Nobody is told at once of a refusal of something older: it was loaded from an archive, or judged anew."""
_TO_SENDERS = frozenset({"judged", "returned", "awaiting_confirmation"})
_TO_APPROVERS = frozenset({"awaiting_approval"})
_ANSWERS = {
    "awaiting_confirmation": {"confirmed", "in_force"},
    "awaiting_approval": {"approved", "returned", "in_force"},
}
"""Kinds of event after which a notice of the first is no longer needed."""
_Wanted = list[NewNotice]


def chat_addresses() -> Mapping[str, str]:
    """Apprise addresses by the short name under which the ledger keeps them: they hold secrets, it does not."""
    listed = settings().webhooks.get_secret_value().split()
    return {hashlib.sha256(url.encode()).hexdigest()[:12]: url for url in listed}


def anybody_to_tell() -> bool:
    """Whether reminders can be sent at all."""
    return bool(settings().smtp_host or chat_addresses())


def plan(ledger: Ledger, registry: ContractRegistry, moment: datetime) -> _Wanted:
    """Every notice that is due by the moment and was not entered yet; nothing is written."""
    people = _People(accounts(ledger)) if settings().smtp_host else _People(())
    wanted = _told(ledger, registry, people, moment)
    here = moment.astimezone(LOCAL_TIME)
    if is_working_day(here.date()) and here.time() >= reminding_time():
        wanted += _daily(ledger, registry, people, moment)
        wanted += _digest(ledger, registry, people, moment)
    known = known_keys(ledger, [n.key for n in wanted])
    return [n for n in wanted if n.key not in known]


class _People:
    """Whom to write to: the people of a unit who have an address and may do what is asked for."""

    def __init__(self, known: Iterable[Account]) -> None:
        self._of_unit: dict[str, list[Account]] = defaultdict(list)
        self._logins: dict[str, Account] = {}
        for account in known:
            if account.email and not account.disabled:
                self._logins[account.login] = account
                if account.unit:
                    self._of_unit[account.unit].append(account)

    def addresses(self, unit: str, *, approvers: bool = False, also: str = "") -> list[str]:
        """Addresses of the unit's people, of the account `also` too, each once."""
        permission = "approve" if approvers else "submit"
        chosen = [a.email for a in self._of_unit.get(unit, ()) if a.person.may(permission)]  # type: ignore[arg-type]
        if also in self._logins:
            chosen.append(self._logins[also].email)
        return list(dict.fromkeys(chosen))

    def desk_of(self, contract: Contract, reporter: str) -> str:
        """Who is reminded for a reporter: itself, or its owner department where that reports for others and it has
        nobody to write to."""
        owner = full_code(contract.owner, settings().province)
        speaks = contract.reporting.on_behalf and not self.addresses(reporter) and self.addresses(owner)
        return owner if speaks else reporter


def _notices(about: str, kind: str, to: Mapping[str, Iterable[str]], letter: Letter, moment: datetime) -> _Wanted:
    at = next_open(moment)
    return [
        NewNotice(_key(f"{about}:{channel}", name), kind, channel, name, letter.subject, letter.body, at)
        for channel, names in to.items()
        for name in names
    ]


def _key(about: str, name: str) -> str:
    """The notice's key: what it is about and whom it is for, never longer than the column."""
    key = f"{about}:{name}"
    return key if len(key) <= 200 else f"{about[:130]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _daily(ledger: Ledger, registry: ContractRegistry, people: _People, moment: datetime) -> _Wanted:
    """The day's reminders: a letter a unit and day, with every item that reached a reminder since the last letter."""
    staged = _staged(ledger, registry, moment)
    noted = known_keys(ledger, [_noted_key(item, stage) for item, stage in staged])
    by_unit: dict[str, list[tuple[OpenItem, Stage]]] = defaultdict(list)
    for item, stage in staged:
        if _noted_key(item, stage) not in noted:
            by_unit[people.desk_of(item.contract, item.reporter)].append((item, stage))
    day = moment.astimezone(LOCAL_TIME).date()
    chats = dict(chat_addresses())
    if known_keys(ledger, [_key(f"daily:{day}:{CHAT}", name) for name in chats]):
        # Today's message stands in the chats already.
        chats.clear()
    told: dict[str, list[OpenItem]] = {}
    wanted: _Wanted = []
    for unit, found in by_unit.items():
        to = people.addresses(unit)
        items = [item for item, _ in found]
        letters = _notices(f"daily:{day}:{unit}", "daily", {MAIL: to}, daily_letter(unit, items, moment), moment)
        if not (letters or chats) or known_keys(ledger, [n.key for n in letters]):
            # Nobody to tell, or today's letter went out already: the items wait for tomorrow's.
            continue
        told[unit] = items
        wanted += letters + [
            NewNotice(_noted_key(item, stage), "item", _NOTED, unit, item.contract.title, "", moment, sent=True)
            for item, stage in found
        ]
    if told and chats:
        wanted += _notices(f"daily:{day}", "daily", {CHAT: chats}, chat_letter(told, moment), moment)
    return wanted


def _staged(ledger: Ledger, registry: ContractRegistry, moment: datetime) -> list[tuple[OpenItem, Stage]]:
    span = timedelta(days=45)
    found = open_items(ledger, registry, moment, back=span, ahead=span)
    return [(i, stage) for i in found if (stage := stage_at(i.due_at, i.begins, moment)) is not None]


def _noted_key(item: OpenItem, stage: Stage) -> str:
    # An extension moves the due day: its reminders are others.
    return f"item:{item.contract.id}:{item.reporter}:{item.period}:{item.due_at:%Y%m%d}:{stage.offset:+d}"


def _told(ledger: Ledger, registry: ContractRegistry, people: _People, moment: datetime) -> _Wanted:
    """What is told at once: a submission that was refused or returned, or that waits for somebody's word."""
    since = (moment - _TOLD_BACK).astimezone(LOCAL_TIME).isoformat()
    kinds = _TO_SENDERS | _TO_APPROVERS
    with ledger.reading() as con:
        query = select(events.c.submission_id).where(events.c.at >= since, events.c.kind.in_(kinds)).distinct()
        numbers = list(con.scalars(query))
        happened = events_of(con, numbers)
    wanted: _Wanted = []
    for sent in ledger.submissions(ids=numbers) if numbers else ():
        if sent.dataset not in registry or _superseded(ledger, sent):
            continue
        contract = registry[sent.dataset]
        for event in _untold(happened[sent.submission_id], moment - _TOLD_BACK):
            if event.kind == "judged" and sent.received_at < moment - _STALE:
                continue
            approvers = event.kind in _TO_APPROVERS
            unit = sent.reporter if approvers else people.desk_of(contract, sent.reporter)
            to = people.addresses(unit, approvers=approvers, also="" if approvers else sent.sender)
            letter = told_letter(event.kind, sent, contract.title, str((event.detail or {}).get("reason") or ""))
            about = f"told:{sent.receipt}:{event.kind}"
            wanted += _notices(about, "told", {MAIL: to, CHAT: chat_addresses()}, letter, moment)
    return wanted


def _superseded(ledger: Ledger, sent: Submission) -> bool:
    versions = ledger.submissions(dataset=sent.dataset, reporter=sent.reporter, period=sent.period)
    return any(v.version > sent.version for v in versions)


def _untold(happened: Sequence[Event], since: datetime) -> list[Event]:
    """The newest event of each kind that somebody should hear of and that nothing has answered since."""
    found: dict[str, Event] = {}
    for event in happened:
        if event.kind == "judged" and good([event]):
            continue
        if event.kind in {"withdrawn", "purged"}:
            found.clear()
        for kind, answers in _ANSWERS.items():
            if event.kind in answers:
                found.pop(kind, None)
        if event.kind in _TO_SENDERS | _TO_APPROVERS and event.at is not None and event.at >= since:
            found[event.kind] = event
    return list(found.values())


def _grouped(items: Iterable[OpenItem], by: Callable[[OpenItem], str]) -> dict[str, list[OpenItem]]:
    groups: dict[str, list[OpenItem]] = defaultdict(list)
    for item in items:
        groups[by(item)].append(item)
    return dict(groups)


def _digest(ledger: Ledger, registry: ContractRegistry, people: _People, moment: datetime) -> _Wanted:
    """The week's digest for the standing office, once a week from Monday morning on."""
    year, week, _ = moment.astimezone(LOCAL_TIME).isocalendar()
    office = [a.strip() for a in settings().office_mail.split(",") if a.strip()] if settings().smtp_host else []
    to: dict[str, Iterable[str]] = {MAIL: office, CHAT: chat_addresses()}
    about = f"digest:{year}-W{week:02d}"
    keys = [_key(f"{about}:{channel}", name) for channel, names in to.items() for name in names]
    if not set(keys) - known_keys(ledger, keys):
        return []
    found = open_items(ledger, registry, moment, back=timedelta(days=365), ahead=timedelta(days=7))
    late = _grouped((i for i in found if i.due_at <= moment), lambda i: i.reporter)
    ahead = _grouped((i for i in found if i.due_at > moment), lambda i: i.reporter)
    unreached = {
        i.reporter for items in late.values() for i in items
        if not people.addresses(people.desk_of(i.contract, i.reporter))
    }  # fmt: skip
    letter = digest_letter(late, ahead, sorted(unreached) if settings().smtp_host else (), head(ledger), moment)
    return _notices(about, "digest", to, letter, moment)
