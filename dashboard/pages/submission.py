"""One submission's verdict, read only: what was accepted, what must be corrected, the cell in the sheet as sent."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.addresses import address, submission_address
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.states import not_found
from dashboard.components.status import VERDICT, shape
from dashboard.pages.frame import desk
from dashboard.pages.verdict_panels import Looked, cell_panel, findings_panel, headline, look, scores_panel
from dashboard.view import Ask, View
from dashboard.views.datasets import dataset_title
from dashboard.views.submission import Submission, submission

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The verdict of the receipt in the address."""
    words, receipt = ask.words, ask.parts["receipt"]
    seen: list[Looked | None] = []

    def looked() -> Looked | None:
        if not seen:
            sent = submission(ask.lake, receipt)
            seen.append(look(ask, sent) if sent else None)
        return seen[0]

    def drawn(draw: Callable[[Ask, Looked], Safe]) -> Callable[[], Safe]:
        def panel_or_nothing() -> Safe:
            found = looked()
            return draw(ask, found) if found else Safe("")

        return panel_or_nothing

    def head() -> Safe:
        found = looked()
        if found is None:
            return panel(receipt, not_found(words, receipt))
        return _head(ask, found.sent)

    return desk(
        ask,
        "reporting",
        words("nav.submission"),
        {
            "head": head,
            "scores": drawn(scores_panel),
            "findings": drawn(findings_panel),
            "cell": drawn(cell_panel),
        },
        widths={"findings": "five", "cell": "seven"},
        crumbs=((words("nav.reporting"), "/reporting"), (receipt, "")),
    )


def _head(ask: Ask, sent: Submission) -> Safe:
    words = ask.words
    above: Node = join(
        " · ",
        [
            el("a", dataset_title(sent.dataset, words.code), href=address(f"/datasets/{sent.dataset}")),
            el("a", sent.unit.name, href=address("/reporting", unit=sent.unit.code)),
            words.period(sent.period),
            words("verdict_page.version", version=sent.version),
            sent.filename,
        ],
    )
    reason = words.pick(sent.reason_vi, sent.reason_en)
    others = [
        el("a", shape(VERDICT.get(verdict, "none"), words), f" {version}", href=submission_address(receipt))
        for version, receipt, verdict in sent.versions
        if receipt != sent.receipt
    ]
    below: Node = join(
        " · ",
        [
            words("verdict_page.received", at=words.moment(sent.received_at), sender=sent.sender),
            words("verdict_page.receipt", receipt=sent.receipt),
            f"sha256 {sent.sha256[:4]}…{sent.sha256[-4:]}",
            *([reason] if reason else []),
            *([el("span", words("verdict_page.others"), " ", join(" ", others))] if others else []),
        ],
    )
    copy = el("button", words("copy.link"), type="button", class_="button", data_copy=words("copy.done"))
    return heading(headline(sent, words), above=above, below=below, actions=copy)
