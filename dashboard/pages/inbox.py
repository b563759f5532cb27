"""What waits for a decision: for operators requests, explanations and periods, for approvers prepared versions."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.addresses import submission_address
from dashboard.components.desk_decision import decision, form, text_field
from dashboard.components.desk_said import banner
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.status import VERDICT, shape
from dashboard.desk.waiting import Waiting, waiting
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.verdict.people import name_of
from dashboard.view import Ask, View
from dashboard.views.datasets import contract, contracts, dataset_title
from dashboard.views.submission import rule_names
from dashboard.views.units import unit_of, units
from data.clock import LOCAL_TIME
from data.closings import closed_periods
from data.explanations import Explanation
from data.extension_requests import ExtensionRequest
from data.obligation import deadline_rule
from data.period import Period
from data.standing import State
from data.submission import Submission

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The reader's decisions."""
    words, found = ask.words, waiting(ask.person)
    panels: dict[str, Callable[[], Safe]] = {"head": lambda: _head(ask, found)}
    if ask.person.may("approve"):
        panels["unapproved"] = lambda: _unapproved(ask, found)
    if ask.person.may("operate"):
        panels["requests"] = lambda: _requests(ask, found)
        panels["explanations"] = lambda: _explanations(ask, found)
        if found.unconfirmed:
            panels["unconfirmed"] = lambda: _unconfirmed(ask, found)
        panels["close"] = lambda: _close(ask)
        panels["closed"] = lambda: _closed(ask)
    return desk(ask, "inbox", words("nav.inbox"), panels, widths={"close": "five", "closed": "seven"})


def _head(ask: Ask, found: Waiting) -> Safe:
    words = ask.words
    below = words("inbox.count", count=words.number(found.count, 0)) if found.count else words("inbox.nothing")
    whose = unit_of(units(), ask.person.unit).name if ask.person.unit else None
    return el(
        "div", banner(ask.get("said"), words), heading(words("nav.inbox"), above=whose, below=below), class_="stack"
    )


def _listed(ask: Ask, title: str, rows: list[Safe], nothing: str) -> Safe:
    words = ask.words
    if not rows:
        return panel(words(title), empty(words, nothing))
    body = el("ul", [el("li", row) for row in rows], class_="duties")
    return panel(words(title), body, note=words.number(len(rows), 0), class_="flush")


def _item(ask: Ask, dataset: str, period: str, unit: str) -> str:
    words = ask.words
    return " · ".join((dataset_title(dataset, words.code), words.period(period), unit_of(units(), unit).short))


def _of(sent: Submission, ask: Ask) -> Node:
    version = ask.words("desk.version", version=sent.version)
    return el(
        "a",
        f"{_item(ask, sent.dataset, sent.period, sent.reporter)} · {version}",
        href=submission_address(sent.receipt),
        class_="link",
    )


def _unapproved(ask: Ask, found: Waiting) -> Safe:
    words = ask.words

    def row(sent: Submission, state: State) -> Safe:
        own = sent.sender == ask.person.login
        about = words("inbox.sent_by", sender=name_of(sent.sender), at=words.moment(sent.received_at))
        verdict = words(f"verdict.{state.verdict}") if state.verdict else ""
        hidden = (("receipt", sent.receipt),)
        forms = (
            form("/inbox/approve", hidden, (), (("", words("inbox.approve"), "main"),)),
            form(
                "/inbox/return",
                hidden,
                (text_field("reason", words("inbox.return_reason"), required=True),),
                (("", words("inbox.return"), ""),),
            ),
        )
        mark = shape(VERDICT.get(state.verdict, "none"), words)
        told = f"{verdict} · {about}"
        if own:
            return decision(_of(sent, ask), told, words("inbox.own_work"), mark=mark)
        return decision(_of(sent, ask), told, None, *forms, mark=mark)

    return _listed(ask, "inbox.unapproved", [row(s, state) for s, state in found.unapproved], "unapproved")


def _requests(ask: Ask, found: Waiting) -> Safe:
    words = ask.words

    def row(asked: ExtensionRequest) -> Safe:
        until = asked.wanted_until.astimezone(LOCAL_TIME)
        about = words(
            "inbox.asked_by", who=name_of(asked.asked_by), at=words.moment(asked.asked_at), until=words.moment(until)
        )
        said = join(" · ", [asked.reason, *([asked.document] if asked.document else [])])
        fields = (
            el("input", type="date", name="until", value=f"{until.date()}", aria_label=words("desk.until")),
            text_field("answer", words("inbox.answer")),
        )
        buttons = (("grant", words("inbox.grant"), "main"), ("refuse", words("inbox.refuse"), ""))
        hidden = (("request_id", str(asked.request_id)),)
        title = _item(ask, asked.dataset, asked.period, asked.reporter)
        return decision(title, about, said, form("/inbox/extension", hidden, fields, buttons))

    return _listed(ask, "inbox.requests", [row(r) for r in found.requests], "requests")


def _explanations(ask: Ask, found: Waiting) -> Safe:
    words = ask.words

    def row(given: Explanation, sent: Submission) -> Safe:
        source = contract(sent.dataset)
        rule = rule_names(source).get(given.rule, given.rule) if source else given.rule
        about = words("inbox.explained_by", who=name_of(given.given_by), at=words.moment(given.given_at))
        title = (
            el("a", rule, href=submission_address(sent.receipt, rule=given.rule), class_="link"),
            " · ",
            _of(sent, ask),
        )
        fields = (text_field("note", words("inbox.note")),)
        buttons = (("accept", words("inbox.accept"), "main"), ("refuse", words("inbox.not_accept"), ""))
        hidden = (("explanation_id", str(given.explanation_id)),)
        return decision(title, about, f"“{given.text}”", form("/inbox/explanation", hidden, fields, buttons))

    return _listed(ask, "inbox.explanations", [row(e, s) for e, s in found.explanations], "explanations")


def _unconfirmed(ask: Ask, found: Waiting) -> Safe:
    words = ask.words
    rows = [
        decision(_of(s, ask), words("inbox.sent_by", sender=name_of(s.sender), at=words.moment(s.received_at)), None)
        for s, _ in found.unconfirmed
    ]
    return _listed(ask, "inbox.unconfirmed", rows, "unconfirmed")


def _close(ask: Ask) -> Safe:
    """Closing: the dataset first, whose periods are then offered."""
    words, chosen = ask.words, contract(ask.get("dataset"))
    titles = sorted(((c.id, dataset_title(c.id, words.code)) for c in contracts().values()), key=lambda t: t[1])
    pick = el(
        "form",
        el(
            "label",
            el("span", words("filter.dataset")),
            el(
                "select",
                el("option", words("desk.upload.choose"), value="", selected=chosen is None),
                [el("option", t, value=d, selected=chosen is not None and d == chosen.id) for d, t in titles],
                name="dataset",
                data_send=True,
            ),
        ),
        method="get",
        action="/inbox",
        class_="desk-form",
    )
    if chosen is None:
        return panel(words("inbox.close"), pick, el("p", words("inbox.close_hint"), class_="muted small hint"))
    rule = deadline_rule(chosen)
    period = Period.containing(rule.frequency, ask.now.date(), rule.cutoff)
    offered, closed = [], closed_periods(the_ledger())
    for _ in range(18):
        if (chosen.id, str(period)) not in closed:
            offered.append(str(period))
        period = period.previous()
    periods = [el("option", words.period(t), value=t, selected=n == 1) for n, t in enumerate(offered)]
    close = el(
        "form",
        el("input", type="hidden", name="dataset", value=chosen.id),
        el(
            "label",
            el("span", words("filter.period")),
            el("select", periods, name="period"),
        ),
        el("label", el("span", words("desk.reason")), el("input", name="reason", required=True, maxlength=500)),
        el("button", words("inbox.close_do"), type="submit", class_="button main"),
        method="post",
        action="/inbox/close",
        class_="desk-form hint",
    )
    return panel(words("inbox.close"), pick, close)


def _closed(ask: Ask) -> Safe:
    words = ask.words
    rows = []
    for (dataset, period), closing in sorted(closed_periods(the_ledger()).items(), key=lambda c: c[1].at, reverse=True):
        reopen = form(
            "/inbox/reopen",
            (("dataset", dataset), ("period", period)),
            (text_field("reason", words("inbox.reopen_reason"), required=True),),
            (("", words("inbox.reopen"), ""),),
        )
        title = f"{dataset_title(dataset, words.code)} · {words.period(period)}"
        about = words("inbox.closed_by", who=name_of(closing.actor), at=words.moment(closing.at))
        rows.append(decision(title, about, closing.reason, reopen))
    return _listed(ask, "inbox.closed", rows, "closed")
