"""Reporting matrix: one row a unit, one shape a period, and how long the worst open report is overdue."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.status import REPORTED, score_status, shape
from dashboard.language import Language
from dashboard.models import MatrixCell, MatrixRow

__all__ = ["matrix"]


def _cell(cell: MatrixCell, words: Language) -> Safe:
    if cell.share is not None:
        inner = el("span", words.number(cell.share, 0), class_=f"share {score_status(cell.share)}")
    elif cell.state == "none":
        inner = el("span", "·", class_="faint", role="img", aria_label=words("reported.none"))
    else:
        inner = shape(REPORTED[cell.state], words, words(f"reported.{cell.state}"))
    said = words.number(cell.share, 0) if cell.share is not None else words(f"reported.{cell.state}")
    hint = f"{words.period(cell.period)}: {said}{f' ({cell.hint})' if cell.hint else ''}"
    if cell.href:
        inner = el("a", inner, href=cell.href, aria_label=hint)
    return el("td", inner, class_=f"cell {cell.state}", title=hint)


def _lateness(row: MatrixRow, words: Language) -> Safe:
    if row.days_late:
        return el("td", words("matrix.days", days=words.number(row.days_late, 0)), class_="overdue text-red")
    note = row.note or words("matrix.complete")
    if row.places_late:
        note = words("matrix.places_late", count=words.number(row.places_late, 0))
    return el("td", note, class_="overdue muted")


def matrix(rows: tuple[MatrixRow, ...], periods: tuple[str, ...], words: Language, *, heads: bool = True) -> Safe:
    """Rows against periods, oldest left."""
    head = el(
        "thead",
        el(
            "tr",
            el("th", el("span", words("matrix.unit"), class_="sr"), scope="col"),
            [el("th", words.period_short(p), scope="col", title=words.period(p)) for p in periods],
            el("th", el("span", words("matrix.late"), class_="sr"), scope="col"),
        ),
        class_=None if heads else "sr",
    )

    def title(row: MatrixRow) -> str:
        return words(f"matrix.group_{row.title}", count=words.number(row.count, 0)) if row.count else row.title

    body = el(
        "tbody",
        [
            el(
                "tr",
                el(
                    "th",
                    el("a", title(row), href=row.href) if row.href else title(row),
                    el("span", row.detail, class_="muted detail") if row.detail else None,
                    scope="row",
                    title=title(row),
                ),
                [_cell(c, words) for c in row.cells],
                _lateness(row, words),
            )
            for row in rows
        ],
    )
    return el("table", head, body, class_="matrix")
