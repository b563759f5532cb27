"""The life of a submission on its page: where it stands, its versions, what happened to it, what is attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboard.addresses import address, submission_address
from dashboard.components.markup import NOTHING, Node, Safe, el, join
from dashboard.components.panel import panel
from dashboard.components.status import VERDICT, shape
from dashboard.language import Language
from dashboard.ledger_access import the_ledger
from dashboard.models import Status
from dashboard.pages.verdict_panels import Looked, timeliness
from dashboard.verdict.apply_buttons import post
from dashboard.verdict.people import name_of
from dashboard.view import Ask
from dashboard.views.datasets import contracts
from data.attachments import Attachment, attachments
from data.ledger import Ledger
from data.standing import State, state_of, states_of
from data.submission import Event, Submission

__all__ = ["attached_panel", "standing_line", "state_words", "timeline_panel", "versions_panel"]

_STATE: Mapping[str, Status] = {
    "in_force": "green",
    "awaiting_confirmation": "amber",
    "awaiting_approval": "amber",
    "returned": "red",
}
_QUIET = frozenset({"published", "settled"})
"""Events that say nothing to people."""


def state_words(state: State, words: Language) -> str:
    """Where a submission stands, in a few words."""
    if state.held or state.purged:
        return words("state.held" if state.held else "purged.short")
    refused = state.code == "judged" and state.verdict in {"rejected", "unreadable"}
    return words("state.refused" if refused else f"state.{state.code}")


def standing_line(ask: Ask, looked: Looked) -> Safe:
    """Where the submission stands and what is to be done about it: confirm, approve, return, withdraw."""
    words, sent, rights = ask.words, looked.sent, looked.rights
    events = the_ledger().events(sent.submission_id)
    state = _state(looked, events)
    where = state_words(state, words)
    if sent.stored is None:
        where = words("verdict_page.judging")
    elif sent.provisional and state.code in {"received", "judged"}:
        where = words("verdict_page.provisional")
    said: list[Node] = [el("strong", shape(_STATE.get(state.code, "none"), words), " ", where)]
    if state.reason:
        said.append(words("verdict_page.reason", who=name_of(state.actor), reason=state.reason))
    if not sent.newest:
        newest = sent.versions[-1]
        to = el("a", words("verdict_page.version", version=newest.version), href=submission_address(newest.receipt))
        said.append(el("span", words("verdict_page.newer"), " ", to))
    deeds: list[Node] = []
    if state.code == "awaiting_confirmation" and rights.send:
        deeds.append(post(sent.receipt, "confirm", el("button", words("deed.confirm"), class_="button main")))
    if state.code == "awaiting_approval" and rights.approve:
        deeds.append(post(sent.receipt, "approve", el("button", words("deed.approve"), class_="button main")))
        deeds.append(_with_reason(sent.receipt, "return", words))
    if state.code not in {"withdrawn", "returned", "superseded"} and rights.send:
        deeds.append(_with_reason(sent.receipt, "withdraw", words))
    return el(
        "div",
        el("p", join(" · ", said)),
        el("div", deeds, class_="deeds") if deeds else None,
        class_="standing",
    )


def _state(looked: Looked, events: Sequence[Event]) -> State:
    sent = looked.sent
    known = states_of(the_ledger(), sent.versions, contracts()) if sent.versions else {}
    return known.get(sent.submission_id) or state_of(events, looked.source)


def _with_reason(receipt: str, deed: str, words: Language) -> Safe:
    """A deed that asks for a reason first."""
    field = el(
        "input",
        name="reason",
        required=True,
        minlength=3,
        maxlength=1000,
        autocomplete="off",
        placeholder=words("deed.reason"),
        aria_label=words("deed.reason"),
    )
    form = post(receipt, deed, field, el("button", words(f"deed.{deed}_now"), class_="button"), class_="with-reason")
    return el("details", el("summary", words(f"deed.{deed}"), class_="button"), form, class_="drop")


def versions_panel(ask: Ask, looked: Looked) -> Safe:
    """Every version of the report: when, by whom, what came of it, which one counts."""
    words, sent = ask.words, looked.sent
    states = states_of(the_ledger(), sent.versions, contracts())
    verdicts = {s.submission_id: _verdict_of(s, states) for s in sent.versions}
    rows = [
        _version(s, states[s.submission_id], verdicts[s.submission_id], looked, words) for s in reversed(sent.versions)
    ]
    note = words("versions.count", count=len(rows))
    return panel(words("versions.title"), el("ol", rows, class_="versions"), note=note, class_="flush")


def _verdict_of(submission: Submission, states: Mapping[int, State]) -> str:
    from dashboard.verdict.kept import kept

    said = states[submission.submission_id].verdict
    found = kept(submission.submission_id) if not said else None
    return found.verdict.verdict if found else said


def _version(s: Submission, state: State, verdict: str, looked: Looked, words: Language) -> Safe:
    here = s.submission_id == looked.sent.submission_id
    name = words("versions.version", version=s.version)
    mark = shape(VERDICT.get(verdict, "none"), words, words(f"verdict.{verdict}") if verdict else None)
    compare = None
    judged = looked.sent.stored is not None and not state.purged
    readable = judged and "unreadable" not in (verdict, looked.sent.verdict)
    if not here and readable and not s.nil and not looked.sent.received.nil:
        older, newer = sorted((s, looked.sent.received), key=lambda v: v.version)
        to = address(f"{submission_address(newer.receipt)}/compare", **{"with": older.receipt})
        compare = el("a", words("versions.compare"), href=to, class_="link")
    return el(
        "li",
        el(
            "span",
            mark,
            " ",
            el("strong", name) if here else el("a", name, href=submission_address(s.receipt)),
            class_="version-name",
        ),
        el("span", state_words(state, words), class_=f"text-{_STATE.get(state.code, 'none')} version-state"),
        el(
            "span",
            words.moment(s.received_at),
            " · ",
            name_of(s.sender),
            " · ",
            s.filename,
            (" · ", compare) if compare else None,
            class_="muted version-line",
        ),
        aria_current="true" if here else None,
    )


def timeline_panel(ask: Ask, looked: Looked) -> Safe:
    """What happened to the submission, when, and by whom."""
    words, sent = ask.words, looked.sent
    events = [e for e in the_ledger().events(sent.submission_id) if e.kind not in _QUIET]
    if sent.provisional and sent.stored is not None:
        verdict = {"verdict": sent.verdict}
        events.append(Event(sent.submission_id, "judged", "hub", verdict, sent.stored.judged_at))
    rows = [_event(e, looked, words) for e in events]
    return panel(words("timeline.title"), el("ol", rows, class_="timeline"), class_="flush")


def _event(event: Event, looked: Looked, words: Language) -> Safe:
    detail = event.detail or {}
    said = words(f"event.{event.kind}") if words.has(f"event.{event.kind}") else event.kind
    more = _more(event.kind, detail, looked, words)
    who = "" if event.actor in {"", "hub"} else name_of(event.actor)
    at = event.at
    return el(
        "li",
        el("time", words.moment(at), datetime=at.isoformat() if at else None, class_="muted"),
        el("span", said, f" · {who}" if who else "", el("span", " · ", more, class_="muted") if more else None),
    )


def _more(kind: str, detail: Mapping[str, Any], looked: Looked, words: Language) -> Node:
    if kind == "received":
        return timeliness(looked.sent.timely_at, looked.sent.due_at, words)
    if kind in {"judged", "rejudged"} and words.has(f"verdict.{detail.get('verdict')}"):
        return words(f"verdict.{detail['verdict']}")
    if kind == "corrected":
        cells = [str(c) for c in detail.get("cells", [])]
        named = ", ".join(cells[:6]) + (" …" if len(cells) > 6 else "")
        return words("timeline.corrected", count=words.number(detail.get("count"), 0), cells=named)
    return str(detail.get("reason") or detail.get("text") or "")


def attached_panel(ask: Ask, looked: Looked) -> Safe:
    """Signed papers beside the submission, with what was found of their signatures; and the way to attach one."""
    words, sent = ask.words, looked.sent
    ledger: Ledger = the_ledger()
    found = attachments(ledger, sent.submission_id)
    may = looked.rights.send or looked.rights.approve
    if not found and not may:
        return NOTHING
    rows = [_attachment(a, sent.receipt, words) for a in found]
    field = el("input", type="file", name="file", accept="application/pdf,.pdf", required=True, class_="sr")
    named = el("span", words("attach.none"), class_="muted", data_file_name=True)
    form = el(
        "form",
        el("span", words("attach.label"), class_="muted"),
        el("label", field, el("span", words("attach.choose"), class_="button"), " ", named),
        el("button", words("attach.send"), class_="button"),
        method="post",
        action=f"/submissions/{sent.receipt}/attachments",
        enctype="multipart/form-data",
        class_="attach",
    )
    return panel(words("attach.title"), el("ul", rows, class_="attached") if rows else None, form if may else None)


def _attachment(a: Attachment, receipt: str, words: Language) -> Safe:
    to = f"/submissions/{receipt}/attachments/{a.attachment_id}"
    link = el("a", a.filename, href=to, download=True, class_="link")
    who = f"{name_of(a.added_by)}, {words.moment(a.added_at)}"
    signed = [_signature(s, words) for s in a.signatures] or [el("li", words("attach.unsigned"), class_="muted")]
    return el("li", link, " ", el("span", who, class_="muted"), el("ul", signed, class_="signatures"))


def _signature(found: Mapping[str, Any], words: Language) -> Safe:
    result = str(found.get("result") or "")
    status: Status = (
        "green" if result == "valid" else "amber" if result in {"unknown_root", "expired", "unreadable"} else "red"
    )
    said = words.pick(str(found.get("vi") or ""), str(found.get("en") or ""))
    signer = ", ".join(str(found.get(k)) for k in ("signer", "organisation") if found.get(k))
    signed_at = found.get("signed_at")
    at = datetime.fromisoformat(signed_at) if isinstance(signed_at, str) else signed_at
    parts = [said, signer, words.moment(at) if at else ""]
    return el("li", el("span", shape(status, words), " ", class_=f"text-{status}"), " · ".join(p for p in parts if p))
