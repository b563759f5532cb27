"""One submission's verdict: what was accepted, what must be corrected and how, the cell in the sheet, its life."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dashboard.components.desk_said import banner
from dashboard.components.markup import NOTHING, Safe, el
from dashboard.components.panel import panel
from dashboard.components.states import not_found
from dashboard.components.unmask import unmask_bar
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.pages.verdict_panels import Looked, cell_panel, findings_panel, look, scores_panel
from dashboard.privacy import personal_columns, shown_until
from dashboard.verdict.head import head
from dashboard.verdict.life import attached_panel, standing_line, timeline_panel, versions_panel
from dashboard.verdict.quick import judged
from dashboard.verdict.rule_cells import accepted_rules, cells_panel, explanation_panel
from dashboard.verdict.tombstone import purged_state, tombstone
from dashboard.view import Ask, View
from dashboard.views.submission import submission

__all__ = ["build"]

_WAIT = 1.5
"""Seconds that a page waits for a verdict that nobody has made yet; it is drawn again when the verdict is there."""


def build(ask: Ask) -> View:
    """The verdict of the receipt in the address."""
    words, receipt = ask.words, ask.parts["receipt"]
    found = _looked(ask, receipt)
    place = "reporting" if ask.person.may("read.all") else "desk"
    crumbs = ((words(f"nav.{place}"), f"/{place}"),)
    if found is None:
        missing = {"head": lambda: panel(receipt, not_found(words, receipt))}
        return desk(ask, place, words("nav.submission"), missing, crumbs=(*crumbs, (receipt, "")))
    looked = found
    if (purged := purged_state(looked.sent)) is not None:
        left = {
            "head": lambda: tombstone(ask, looked.sent, purged),
            "versions": lambda: versions_panel(ask, looked),
            "timeline": lambda: timeline_panel(ask, looked),
        }
        widths = {"versions": "half", "timeline": "half"}
        return desk(ask, place, words("nav.submission"), left, widths=widths, crumbs=(*crumbs, (receipt, "")))

    def drawn(draw: Callable[[Ask, Looked], Safe]) -> Callable[[], Safe]:
        return lambda: draw(ask, looked)

    panels: dict[str, Callable[[], Safe]] = {
        "head": drawn(_top),
        "scores": lambda: scores_panel(ask, looked, accepted_rules(looked.sent.submission_id)),
    }
    if not looked.sent.received.nil:
        panels |= {"findings": drawn(findings_panel)}
        if looked.sent.verdict != "unreadable":
            panels |= {"cell": drawn(_cell)}
    for name, draw in (("explain", explanation_panel), ("cells", cells_panel), ("attached", attached_panel)):
        if (markup := draw(ask, looked)) != NOTHING:
            panels[name] = partial(Safe, markup)
    panels |= {"versions": drawn(versions_panel), "timeline": drawn(timeline_panel)}
    widths = {
        "findings": "five" if "cell" in panels else "full",
        "cell": "seven",
        "versions": "half",
        "timeline": "half",
    }
    return desk(ask, place, words("nav.submission"), panels, widths=widths, crumbs=(*crumbs, (receipt, "")))


def _looked(ask: Ask, receipt: str) -> Looked | None:
    sent = submission(ask.lake, receipt)
    if sent is None:
        return None
    if sent.stored is None and purged_state(sent) is None and judged(sent.received, timeout=_WAIT):
        sent = submission(ask.lake, receipt) or sent
    found = look(ask, sent)
    # Whether there is such a submission is not told to those who may not read it.
    return found if found is not None and found.rights.read else None


def _top(ask: Ask, looked: Looked) -> Safe:
    said = ask.get("said")
    spoken = banner(said, ask.words)
    if said and spoken == NOTHING and ask.words.has(said):
        spoken = el("p", ask.words(said), class_="said bad", role="alert")
    return el("div", spoken, head(ask, looked), standing_line(ask, looked), class_="stack")


def _cell(ask: Ask, looked: Looked) -> Safe:
    sent, source = looked.sent.received, looked.source
    bar = unmask_bar(
        ask.words,
        sent.receipt,
        allowed=ask.person.may_unmask(source, sent.reporter),
        until=shown_until(the_ledger(), ask.person, sent.receipt),
        columns=len(personal_columns(source)),
    )
    return el("div", cell_panel(ask, looked), bar, class_="cell-stack") if bar != NOTHING else cell_panel(ask, looked)
