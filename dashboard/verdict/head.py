"""The head of a verdict: whose it is, what came of it, and the buttons that matter most."""

from __future__ import annotations

from dashboard.addresses import address, submission_address
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import heading
from dashboard.language import Language
from dashboard.pages.verdict_panels import Looked, headline
from dashboard.verdict.apply_buttons import apply_all
from dashboard.verdict.findings import offered
from dashboard.verdict.people import name_of
from dashboard.view import Ask
from dashboard.views.datasets import dataset_title

__all__ = ["head"]


def head(ask: Ask, looked: Looked) -> Safe:
    """Title, what stands above and below it, and the buttons."""
    words, sent = ask.words, looked.sent
    all_pages = ask.person.may("read.all")
    title, unit = dataset_title(sent.dataset, words.code), sent.unit.name
    above: Node = join(
        " · ",
        [
            el("a", title, href=address(f"/datasets/{sent.dataset}")) if all_pages else title,
            el("a", unit, href=address("/reporting", unit=sent.unit.code)) if all_pages else unit,
            words.period(sent.period),
            words("verdict_page.version", version=sent.version),
            words("verdict_page.nil") if sent.received.nil else sent.filename,
        ],
    )
    reason = words.pick(sent.reason_vi, sent.reason_en)
    below: Node = join(
        " · ",
        [
            words("verdict_page.received", at=words.moment(sent.received_at), sender=name_of(sent.sender)),
            words("verdict_page.receipt", receipt=sent.receipt),
            *([] if sent.received.nil else [f"sha256 {sent.sha256[:4]}…{sent.sha256[-4:]}"]),
            *([reason] if reason and sent.verdict != "unreadable" else []),
        ],
    )
    return heading(headline(sent, words), above=above, below=below, actions=_actions(looked, words))


def _actions(looked: Looked, words: Language) -> list[Node]:
    sent, stored = looked.sent, looked.sent.stored
    judged = stored is not None
    page = submission_address(sent.receipt)
    takes: list[tuple[str, str]] = []
    if judged and looked.rights.file and not sent.received.nil and sent.verdict != "unreadable":
        takes.append(("take.annotated", f"{page}/annotated"))
    if judged and looked.groups:
        takes += [(f"take.findings_{form}", f"{page}/findings.{form}") for form in ("xlsx", "csv", "json")]
    takes.append(("take.receipt", f"{page}/receipt.pdf"))
    if looked.rights.file and not sent.received.nil:
        takes.append(("take.file", f"{page}/file"))
    menu = el(
        "details",
        el("summary", words("take.title"), class_="button"),
        el(
            "div",
            [el("a", words(key), href=to, download=True) for key, to in takes],
            el("button", words("copy.link"), type="button", class_="drop-item", data_copy=words("copy.done")),
            class_="drop-list",
        ),
        class_="drop",
    )
    rows = None
    if judged and not sent.received.nil and sent.quarantined and looked.rights.read:
        key = "correct.rows" if looked.may_correct else "correct.see_rows"
        rows = el("a", words(key), href=f"{page}/rows", class_="button")
    cells = offered(stored) if stored is not None and looked.may_correct else 0
    apply = apply_all(sent.receipt, cells, words) if cells else None
    return [menu, rows, apply]
