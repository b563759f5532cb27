"""Two versions of one report, cell by cell: what was changed, added and taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from assets.canonical import is_plain_number
from checks.labels import labels
from dashboard.addresses import address, submission_address
from dashboard.components.markup import NOTHING, Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.sheet import MASK
from dashboard.components.states import empty, not_found
from dashboard.components.table import Column, pager, table
from dashboard.language import Language
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.privacy import masked
from dashboard.verdict.comparing import Compared, compared
from dashboard.view import Ask, View
from dashboard.views.datasets import contract, dataset_title
from data.contract import Contract
from data.submission import Submission
from data.table import UnreadableError

if TYPE_CHECKING:
    from assets.compare import RowChange

__all__ = ["build"]

_PAGE = 100


def build(ask: Ask) -> View:
    """The version of the address against the one that `with` names, or the one before it."""
    words, receipt = ask.words, ask.parts["receipt"]
    pair = _pair(ask)
    place = "reporting" if ask.person.may("read.all") else "desk"
    crumbs = ((receipt, submission_address(receipt)), (words("compare.title"), ""))
    if pair is None:
        missing = {"head": lambda: panel(receipt, not_found(words, receipt))}
        return desk(ask, place, words("compare.title"), missing, crumbs=crumbs)
    before, after, source = pair
    try:
        found = compared(before, after)
    except (UnreadableError, BrokenProcessPool, OSError) as error:
        said = words.pick(error.vi, error.en) if isinstance(error, UnreadableError) else words("compare.failed")
        return desk(
            ask, place, words("compare.title"), {"head": lambda: panel(words("compare.title"), said)}, crumbs=crumbs
        )
    # What was asked for is shown: one version's values do not stand there because the other's may.
    hidden = frozenset[str]().union(
        *(masked(source, ask.person, one.reporter, receipt=one.receipt) for one in (before, after))
    )
    panels: dict[str, Callable[[], Safe]] = {
        "head": lambda: _head(before, after, found, source, words),
        "changed": lambda: _changed(ask, before, after, found, source, hidden),
    }
    for kind, rows, count in (
        ("added", found.first.added, found.added),
        ("removed", found.first.removed, found.removed),
    ):
        if count:
            panels[kind] = _rows_drawn(ask, kind, rows, count, source, hidden)
    return desk(ask, place, words("compare.title"), panels, crumbs=crumbs)


def _pair(ask: Ask) -> tuple[Submission, Submission, Contract] | None:
    """The earlier and the later version, and their contract; None where they are not two of one report."""
    ledger = the_ledger()
    after = next(iter(ledger.submissions(receipt=ask.parts["receipt"])), None)
    source = contract(after.dataset) if after else None
    if after is None or source is None or not ask.person.may_read(source, after.reporter):
        return None
    versions = ledger.submissions(dataset=after.dataset, reporter=after.reporter, period=after.period)
    wanted = ask.get("with")
    others = [v for v in versions if v.receipt == wanted] if wanted else versions[: after.version - 1]
    other = others[-1] if others else None
    if other is None or other.receipt == after.receipt:
        return None
    older, newer = sorted((other, after), key=lambda v: v.version)
    return older, newer, source


def _head(before: Submission, after: Submission, found: Compared, source: Contract, words: Language) -> Safe:
    first = found.first
    counts = words(
        "compare.counts",
        cells=words.number(found.changed, 0),
        rows=words.number(first.changed_rows, 0),
        added=words.number(found.added, 0),
        removed=words.number(found.removed, 0),
        unchanged=words.number(first.unchanged, 0),
    )
    title = words("compare.same") if first.same else counts
    keys = ", ".join(source.column(k).title for k in source.key)
    by = words("compare.by_key", keys=keys) if first.by == "key" else words("compare.by_row")
    links: list[Node] = [
        words("compare.versions"),
        " ",
        el("a", words("versions.version", version=before.version), href=submission_address(before.receipt)),
        " → ",
        el("a", words("versions.version", version=after.version), href=submission_address(after.receipt)),
        f" · {by}",
    ]
    columns = [
        words(f"compare.{which}", columns=", ".join(source.column(c).title for c in names))
        for which, names in (("lost", first.lost_columns), ("gained", first.new_columns))
        if names
    ]
    above = f"{dataset_title(after.dataset, words.code)} · {words.period(after.period)}"
    return heading(title, above=above, below=[*links, *(f" · {c}" for c in columns)])


def _steps(ask: Ask, kind: str, count: int, shown: int) -> tuple[int, Safe]:
    """Where the page of one kind of change begins, and the steps through them."""
    pages = -(-min(count, shown) // _PAGE)
    asked = ask.get(kind)
    page = min(max(int(asked), 1), max(pages, 1)) if asked.isdigit() else 1

    def at(number: int) -> str:
        return address(ask.path, **{**ask.query, kind: str(number)})

    return (page - 1) * _PAGE, pager(page, pages, at(page - 1), at(page + 1), ask.words)


def _changed(
    ask: Ask, before: Submission, after: Submission, found: Compared, source: Contract, hidden: frozenset[str]
) -> Safe:
    words, changes = ask.words, found.first.changed
    title = words("compare.changed")
    if not changes:
        return panel(title, empty(words, "changes"))
    begin, steps = _steps(ask, "changed", found.changed, len(changes))

    def value(column: str, text: str | None) -> Node:
        return MASK if text is not None and column in hidden else _said(source, column, text, words)

    keys = [c for c in source.key if found.first.by == "key"]
    rows: list[list[Node]] = [
        [
            join(" · ", [value(c, k) for c, k in zip(keys, change.key, strict=False)])
            or words("compare.row", row=change.row_after),
            source.column(change.column).title,
            el("span", value(change.column, change.before), class_="was"),
            el("strong", value(change.column, change.after)),
            el(
                "span",
                change.cell_before or "",
                " → " if change.cell_before != change.cell_after else None,
                change.cell_after if change.cell_before != change.cell_after else None,
                class_="muted",
            ),
        ]
        for change in changes[begin : begin + _PAGE]
    ]
    columns = [
        Column(words("compare.key")),
        Column(words("compare.column")),
        Column(words("versions.version", version=before.version)),
        Column(words("versions.version", version=after.version)),
        Column(words("quality.cell")),
    ]
    note = _note(found.changed, len(changes), words)
    return panel(title, table(columns, rows, caption=title), steps, note=note, class_="flush")


def _said(source: Contract, column: str, text: str | None, words: Language) -> str:
    """A value in canonical form as people read it: a code's words, a number in the language's form."""
    if text is None:
        return "—"
    if (label := labels(source).get(column, {}).get(text)) is not None:
        return label
    if source.column(column).type in ("integer", "number") and is_plain_number(text):
        return words.number(float(text))
    return text


def _note(count: int, shown: int, words: Language) -> str:
    number = words.number(count, 0)
    return words("compare.first", shown=words.number(shown, 0), count=number) if shown < count else number


def _rows_drawn(
    ask: Ask, kind: str, changes: Sequence[RowChange], count: int, source: Contract, hidden: frozenset[str]
) -> Callable[[], Safe]:
    def drawn() -> Safe:
        words = ask.words
        title = words(f"compare.{kind}")
        begin, steps = _steps(ask, kind, count, len(changes))
        names = [c.name for c in source.columns if any(c.name in change.values for change in changes[:1])]
        rows: list[list[Node]] = [
            [
                words.number(change.row, 0),
                *(MASK if n in hidden else _said(source, n, change.values.get(n), words) for n in names),
            ]
            for change in changes[begin : begin + _PAGE]
        ]
        columns = [Column(words("compare.sheet_row"), number=True), *(Column(source.column(n).title) for n in names)]
        body = table(columns, rows, caption=title) if rows else NOTHING
        return panel(title, body, steps, note=_note(count, len(changes), words), class_="flush")

    return drawn
