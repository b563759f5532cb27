"""What a verdict shows, on the submission's own page and at the end of the way down from quality."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.addresses import address, submission_address
from dashboard.components.findings import findings
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import panel
from dashboard.components.principle import principle_strip
from dashboard.components.sheet import sheet
from dashboard.components.states import empty
from dashboard.components.status import SEVERITY, VERDICT, shape
from dashboard.language import Language
from dashboard.models import CellMark, FindingGroup
from dashboard.verdict.apply_buttons import apply_rule, correct_cell
from dashboard.verdict.findings import PAGE, Found, Group, groups, marks, place_of, some
from dashboard.verdict.rights import Rights, rights_of
from dashboard.view import Ask
from dashboard.views.datasets import contract
from dashboard.views.sheet_window import sheet_window
from dashboard.views.submission import Submission, rule_names, scores_of
from data.clock import LOCAL_TIME
from data.contract import Contract
from data.table import cell_address

__all__ = ["Looked", "cell_panel", "findings_panel", "headline", "look", "scores_panel", "timeliness"]


@dataclass(frozen=True)
class Looked:
    """A submission with what was found in it, by rule, and the finding in view.

    page: the findings of the chosen rule that stand on the page with the one in view; count: how many it has in all.
    """

    sent: Submission
    source: Contract
    rights: Rights
    groups: tuple[Group, ...]
    rule: str
    selected: Found | None
    page: tuple[Found, ...]
    count: int

    @property
    def may_correct(self) -> bool:
        """Whether the reader may send a corrected copy: only the newest version is corrected."""
        return self.rights.send and self.sent.newest and self.sent.stored is not None and not self.sent.received.nil

    def beside(self, step: int) -> Found | None:
        """The finding before (-1) or after (+1) the one in view."""
        if self.selected is None or self.sent.stored is None or not 1 <= self.selected.place + step <= self.count:
            return None
        place = self.selected.place + step
        near = next((f for f in self.page if f.place == place), None)
        return near or next(iter(some(self.sent.stored, self.rule, place, 1)), None)


def look(ask: Ask, sent: Submission) -> Looked | None:
    """Choose the finding in view: the address's rule and cell or page, else the first with a cell."""
    source = contract(sent.dataset)
    if source is None:
        return None
    rights = rights_of(ask.person, source, sent.received)
    if sent.stored is None:
        return Looked(sent, source, rights, (), "", None, (), 0)
    known = groups(sent.stored)
    wanted = ask.get("rule")
    chosen = next((g for g in known if g.rule == wanted), None)
    if chosen is None and not wanted:
        chosen = next((g for g in known if g.cells), known[0] if known else None)
    if chosen is None:
        return Looked(sent, source, rights, known, wanted, None, (), 0)
    asked = ask.get("page")
    pages = -(-chosen.count // PAGE)
    if asked.isdigit() and not ask.get("cell"):
        place = (min(max(int(asked), 1), pages) - 1) * PAGE + 1
    else:
        place = place_of(sent.stored, chosen.rule, ask.get("cell")) if ask.get("cell") else 1
    first = (place - 1) // PAGE * PAGE + 1
    page = some(sent.stored, chosen.rule, first, PAGE)
    selected = next((f for f in page if f.place == place), None)
    return Looked(sent, source, rights, known, chosen.rule, selected, page, chosen.count)


def headline(sent: Submission, words: Language) -> Node:
    """What came of it, in one line."""
    status = VERDICT.get(sent.verdict, "none")
    if sent.received.nil and sent.verdict:
        return (shape(status, words), " ", words("headline.nil"))
    values = {
        "accepted": words.number(sent.accepted, 0),
        "rows": words.number(sent.rows, 0),
        "quarantined": words.number(sent.quarantined, 0),
    }
    said = (
        words(f"headline.{sent.verdict}", **values) if words.has(f"headline.{sent.verdict}") else words("headline.none")
    )
    return (shape(status, words), " ", said)


def scores_panel(ask: Ask, looked: Looked, explained: Collection[str] = ()) -> Safe:
    """The submission's scores with what stands behind them. explained: rules whose explanation was accepted."""
    words, sent = ask.words, looked.sent
    repaired = sum(g.count for g in looked.groups if g.rule.startswith("repair."))
    notes = {"sach": words("note.repaired", count=words.number(repaired, 0)) if repaired else ""}
    if sent.due_at is not None:
        notes["song"] = timeliness(sent.timely_at, sent.due_at, words)
    results = sent.stored.verdict.results if sent.stored else ()
    counted = tuple(r for r in results if r.rule not in explained)
    return panel("", principle_strip(scores_of(counted), words, notes), class_="bare")


def timeliness(received: datetime, due: datetime | None, words: Language) -> str:
    """ "trước hạn 2 ngày"; late by some hours is late by a day, as among the obligations."""
    if due is None:
        return ""
    days = abs((due.astimezone(LOCAL_TIME).date() - received.astimezone(LOCAL_TIME).date()).days)
    if received > due:
        return words("note.after_due", days=words.number(max(1, days), 0))
    return words("note.before_due" if days else "note.on_due_day", days=words.number(days, 0))


def findings_panel(ask: Ask, looked: Looked) -> Safe:
    """What must be corrected, by rule."""
    words, sent = ask.words, looked.sent
    if sent.verdict == "unreadable":
        return _unreadable(looked, words)
    if not looked.groups:
        return panel(words("verdict_page.findings"), empty(words, "findings" if sent.stored else "judging"))
    names = rule_names(looked.source)
    shown = tuple(_group(g, looked, names, words) for g in looked.groups)
    note = words(
        "verdict_page.findings_note", rows=words.number(sent.quarantined, 0), kinds=words.number(len(shown), 0)
    )

    def action(group: FindingGroup) -> Node:
        return apply_rule(sent.receipt, group, words) if looked.may_correct and group.suggested else None

    return panel(words("verdict_page.findings"), findings(shown, words, action), note=note, class_="flush")


def _unreadable(looked: Looked, words: Language) -> Safe:
    """Why the file could not be read, and the way to send another."""
    sent = looked.sent
    to = address("/desk/send", dataset=sent.dataset, period=sent.period, unit=sent.unit.code)
    again = el("p", el("a", words("desk.send_again"), href=to, class_="button main"))
    reason = el("p", words.pick(sent.reason_vi, sent.reason_en))
    return panel(words("verdict_page.unreadable"), reason, again if looked.rights.send and sent.newest else None)


def _group(group: Group, looked: Looked, names: dict[str, str], words: Language) -> FindingGroup:
    said = words.pick(group.message_vi, group.message_en)
    return FindingGroup(
        rule=group.rule,
        title=names.get(group.rule, group.rule),
        severity=group.severity,
        principle=group.principle,
        count=group.count,
        cells=group.cells,
        message=said if said != names.get(group.rule) else "",
        expected=group.expected if group.count > 1 and not said else "",
        suggestion=group.suggestion,
        suggested=group.suggested,
        href=submission_address(looked.sent.receipt, rule=group.rule),
        selected=group.rule == looked.rule,
    )


def cell_panel(ask: Ask, looked: Looked, to: Callable[[Found], str] | None = None) -> Safe:
    """The cell in its sheet, why it is there, and the way to the next (`to` gives its address)."""
    words, sent, selected, source = ask.words, looked.sent, looked.selected, looked.source
    title = (
        words("verdict_page.cell", cell=selected.cell) if selected and selected.cell else words("verdict_page.sheet")
    )
    by_row = ask.get("row").isdigit()
    row = int(ask.get("row")) if by_row else selected.row if selected else None
    window = sheet_window(
        source,
        sha256=sent.sha256,
        filename=sent.filename,
        sheet=sent.sheet,
        mapping=sent.mapping,
        row=row,
        kept=sent.submission_id,
        hidden=looked.rights.hidden,
    )
    if window is not None and sent.stored is not None:
        found = marks(
            sent.stored,
            [r.number for r in window.rows],
            sent.mapping,
            None if by_row else selected,
            english=words.code == "en",
        )
        if by_row and row is not None:
            # The row that a table elsewhere links to: its figures are marked as the source, or the one that is named.
            measured = sorted(sent.mapping[c.name] for c in source.measures if c.name in sent.mapping)
            title = words("verdict_page.row", row=row)
            if ask.get("column") in sent.mapping:
                measured = [sent.mapping[ask.get("column")]]
                title = words("verdict_page.cell", cell=cell_address(row, measured[0]))
            found += tuple(CellMark(row, column, "source", selected=i == 0) for i, column in enumerate(measured))
        window = replace(window, marks=found)
    shown = sheet(window, words) if window else empty(words, "file")
    note = words("verdict_page.sheet_note", sheet=window.sheet) if window and window.sheet else sent.filename
    why = NOTHING if by_row else _why(looked, words, to)
    return panel(title, shown, why, note=note, class_="flush")


def _why(looked: Looked, words: Language, to: Callable[[Found], str] | None) -> Safe:
    selected = looked.selected
    if selected is None:
        return NOTHING
    name = rule_names(looked.source).get(selected.rule, selected.rule)
    severity = SEVERITY.get(selected.severity, "none")
    message = words.pick(selected.message_vi, selected.message_en)

    def step(found: Found | None, mark: str, label: str) -> Safe:
        if found is None:
            return el("span", mark, class_="faint", aria_hidden="true")
        href = to(found) if to else submission_address(looked.sent.receipt, rule=found.rule, cell=found.cell)
        return el("a", mark, href=href, aria_label=label)

    return el(
        "div",
        el(
            "p",
            el(
                "strong",
                shape(severity, words, words(f"severity.{selected.severity}")),
                " ",
                f"{message[:1].upper()}{message[1:]}",
                class_=f"text-{severity}" if severity != "none" else None,
            ),
        ),
        el(
            "p",
            words("verdict_page.rule"),
            " ",
            el("span", name, title=selected.rule),
            f" · {words(f'principle.{selected.principle}')} · {words(f'severity.{selected.severity}')}",
            class_="muted",
        ),
        el("p", words("verdict_page.expected"), " ", el("strong", selected.expected)) if selected.expected else None,
        el("p", words("finding.suggestion"), " ", el("strong", selected.suggestion, class_="accent"))
        if selected.suggestion
        else None,
        el(
            "div",
            correct_cell(looked.sent.receipt, selected, looked.source, words)
            if looked.may_correct and to is None and selected.column in looked.sent.mapping
            else NOTHING,
            el(
                "nav",
                el("span", f"{words.number(selected.place, 0)} / {words.number(looked.count, 0)}"),
                step(looked.beside(-1), "‹", words("pager.before")),
                step(looked.beside(1), "›", words("pager.after")),
                class_="pager",
                aria_label=words("verdict_page.steps"),
            )
            if looked.count > 1
            else None,
            class_="cell-actions",
        ),
        class_="explain",
    )
