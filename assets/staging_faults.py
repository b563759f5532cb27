"""What can be wrong with a submission as a whole, seen while its table is brought into the contract's columns."""

from __future__ import annotations

from assets.mapping import Mapping
from checks.derive import words as derived_words
from checks.staged import Context, Fault
from data.period_text import find_period
from data.table import Reading, Table

__all__ = ["missing_columns", "wrong_period"]


def missing_columns(mapping: Mapping) -> list[Fault]:
    words = derived_words("structure.columns")
    return [
        Fault(
            rule="structure.columns",
            value=None,
            expected=column.title,
            column_name=column.name,
            message_vi=words["vi"].replace("{title}", column.title),
            message_en=words["en"].replace("{title}", column.title),
        )
        for column in mapping.missing
    ]


def wrong_period(table: Table, reading: Reading, context: Context) -> list[Fault]:
    """The title over the table names another period of the same kind, and no title names the right one."""
    named = [(title, found) for title in table.titles if (found := find_period(title)) is not None]
    same_kind = [(title, found) for title, found in named if found.kind == context.period.kind]
    if not same_kind or any(found == context.period for _, found in same_kind):
        return []
    title, _ = same_kind[0]
    words, expected = derived_words("structure.period"), context.period.label_vi
    return [
        Fault(
            rule="structure.period",
            value=title.strip(),
            expected=expected,
            message_vi=words["vi"].replace("{value}", title.strip()).replace("{expected}", expected),
            message_en=words["en"].replace("{value}", title.strip()).replace("{expected}", context.period.label_en),
        )
    ]
