"""What stands in place of a submission that was taken out for good: that it was, when, by whom, and why."""

from __future__ import annotations

from dashboard.addresses import address
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.status import shape
from dashboard.ledger_access import the_ledger
from dashboard.verdict.people import name_of
from dashboard.view import Ask
from dashboard.views.datasets import dataset_title
from dashboard.views.submission import Submission
from data.standing import State, state_of
from data.submission import Event

__all__ = ["purged_state", "tombstone"]


def purged_state(sent: Submission) -> State | None:
    """Where a submission that was purged stands; None for every other."""
    from dashboard.views.datasets import contracts

    events: list[Event] = list(the_ledger().events(sent.submission_id))
    state = state_of(events, contracts()[sent.dataset])
    return state if state.purged else None


def tombstone(ask: Ask, sent: Submission, state: State) -> Safe:
    """The page's head, with what is left to say."""
    words = ask.words
    above = join(
        " · ",
        [
            dataset_title(sent.dataset, words.code),
            sent.unit.name,
            words.period(sent.period),
            words("verdict_page.version", version=sent.version),
        ],
    )
    said: list[tuple[str, Node]] = [
        ("receipt", f"{sent.receipt} · sha256 {sent.sha256[:4]}…{sent.sha256[-4:]}"),
        ("when", words.moment(state.at)),
        ("who", name_of(state.actor)),
        ("reason", state.reason),
    ]
    if ask.person.may("administer"):
        to = address("/admin/audit", object=f"submission:{sent.receipt}")
        said.append(("entry", el("a", words("nav.audit"), href=to, class_="link")))
    facts = el("dl", [el("div", el("dt", words(f"purged.{k}")), el("dd", v)) for k, v in said], class_="facts")
    title = el("span", shape("none", words), " ", words("purged.title"))
    body = panel("", el("p", words("purged.about")), facts)
    return el("div", heading(title, above=above), body, class_="stack")
