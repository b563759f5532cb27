"""Sending: files dropped, pasted or chosen, each recognised and confirmed; then what came of them."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.addresses import submission_address
from dashboard.components.desk_said import banner
from dashboard.components.desk_upload import broken_upload, waiting_upload
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.status import VERDICT, shape
from dashboard.desk.duties import duties
from dashboard.desk.recognising import sendable
from dashboard.desk.uploads import Upload, uploads
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.verdict.quick import verdict_of
from dashboard.view import Ask, View
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.units import unit_of, units
from data.settings import settings
from data.submission import Submission

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The files at the reader's desk, and the way to add more."""
    words = ask.words
    held = uploads(ask.person)
    waiting = [one for one in held if one.state == "ready"]
    panels: dict[str, Callable[[], Safe]] = {"head": lambda: _head(ask)}
    if ask.get("sent"):
        panels["sent"] = lambda: _sent(ask)
    panels["drop"] = lambda: _drop(ask)
    for one in held:
        panels[f"upload-{one.key}"] = _one(ask, one)
    if waiting:
        panels["go"] = lambda: _go(ask, waiting)
    return desk(ask, "send", words("nav.send"), panels)


def _head(ask: Ask) -> Safe:
    words = ask.words
    below = words("desk.upload.below")
    if ask.get("dataset"):
        parts = [dataset_title(ask.get("dataset"), words.code)]
        parts += [words.period(ask.get("period"))] if ask.get("period") else []
        parts += [unit_of(units(), ask.get("unit")).short] if ask.get("unit") else []
        below = words("desk.upload.meant_for", what=" · ".join(parts))
    return el(
        "div",
        banner(ask.get("said"), words),
        heading(words("nav.send"), above=unit_of(units(), ask.person.unit).name, below=below),
        class_="stack",
    )


def _drop(ask: Ask) -> Safe:
    """Where files are dropped. Never redrawn: progress is shown inside it."""
    words = ask.words
    said = {
        f"data_say_{name}": words(
            f"desk.upload.{name}", **({"most": settings().max_file_mb} if "large" in name else {})
        )
        for name in ("sending", "looking", "failed", "lost", "too_large", "pasted", "nothing_pasted", "cancel")
    }
    return el(
        "div",
        el(
            "label",
            el("span", "⇪", class_="drop-mark", aria_hidden="true"),
            el("strong", words("desk.upload.drop")),
            el("span", words("desk.upload.drop_hint", most=settings().max_file_mb), class_="muted small"),
            el("input", type="file", multiple=True, class_="sr", data_files=True),
            class_="drop-zone",
        ),
        el("ul", class_="uploading", data_uploading=True, aria_live="polite"),
        class_="panel drop",
        data_drop=True,
        data_dataset=ask.get("dataset") or None,
        data_unit=ask.get("unit") or None,
        data_period=ask.get("period") or None,
        **said,
    )


def _one(ask: Ask, one: Upload) -> Callable[[], Safe]:
    if one.state == "broken":
        return lambda: broken_upload(one, ask.words)
    mine = duties(ask.person, ask.now)
    return lambda: waiting_upload(
        one, sendable(ask.person), contract(one.dataset.value), mine, ask.person, ask.words
    )  # fmt: skip


def _go(ask: Ask, waiting: list[Upload]) -> Safe:
    words = ask.words
    whole = [one for one in waiting if one.dataset.value and one.unit.value and one.period.value]
    open_ = len(waiting) - len(whole)
    unclear = sum(h.chosen is None for one in waiting for h in one.headers)
    note: Node = words("desk.upload.all_known")
    if open_:
        note = words("desk.upload.open", count=words.number(open_, 0))
    elif unclear:
        note = words("desk.upload.columns_open", count=words.number(unclear, 0))
    label = (
        words("desk.upload.send", count=words.number(len(whole), 0))
        if len(waiting) > 1
        else words("desk.upload.send_one")
    )
    return el(
        "form",
        el("p", note, class_="muted"),
        el("button", label, type="submit", class_="button main", disabled=not whole),
        method="post",
        action="/desk/send",
        class_="go",
        data_sending=words("desk.upload.judging"),
    )  # fmt: skip


def _sent(ask: Ask) -> Safe:
    words = ask.words
    rows = []
    for receipt in ask.get("sent").split(",")[:100]:
        found = the_ledger().submissions(receipt=receipt)
        source = contract(found[0].dataset) if found else None
        if found and source and ask.person.may_read(source, found[0].reporter):
            rows.append(el("li", _result(ask, found[0])))
    if not rows:
        return NOTHING
    return panel(
        words("desk.sent.title", count=words.number(len(rows), 0)), el("ul", rows, class_="results"), class_="flush"
    )


def _result(ask: Ask, sent: Submission) -> Safe:
    words, verdict = ask.words, verdict_of(sent)
    if verdict is None:
        headline, status = words("headline.none"), "none"
    else:
        counts = verdict.counts
        headline = words(
            f"headline.{verdict.verdict}",
            rows=words.number(counts.rows, 0),
            accepted=words.number(counts.accepted, 0),
            quarantined=words.number(counts.quarantined, 0),
        )
        status = VERDICT.get(verdict.verdict, "none")
    about = (dataset_title(sent.dataset, words.code), words.period(sent.period), unit_of(units(), sent.reporter).short)
    version = words("desk.version", version=sent.version)
    return el(
        "a",
        shape(status, words),  # type: ignore[arg-type]
        el(
            "span",
            el("strong", headline),
            el("span", " · ".join((*about, version)), class_="muted"),
            class_="duty-what",
        ),
        el("span", sent.filename, class_="muted small clip"),
        el("span", words("desk.sent.see"), class_="accent"),
        href=submission_address(sent.receipt),
        class_="result",
    )
