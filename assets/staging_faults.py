"""What can be wrong with a submission as a whole, seen while its table is brought into the contract's columns."""

from __future__ import annotations

from assets.mapping import Mapping, likeness
from checks.derive import words as derived_words
from checks.staged import Context, Fault
from data.contract import Contract
from data.period_text import find_period
from data.table import Reading, Table

__all__ = ["missing_columns", "remembered_columns", "wrong_period"]


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


def remembered_columns(table: Table, mapping: Mapping, contract: Contract) -> list[Fault]:
    """What was mapped only because somebody had said so: told, so that a wrong choice of then is seen now."""
    words = derived_words("structure.remembered")
    found = []
    for name in mapping.chosen:
        column, header = contract.column(name), table.header[mapping.positions[name]].strip()
        if likeness(header, column):
            continue  # it would have been found by itself
        said = {"{value}": header, "{title}": column.title}
        found.append(
            Fault(
                rule="structure.remembered",
                value=header,
                expected=column.title,
                column_name=name,
                message_vi=_filled(words["vi"], said),
                message_en=_filled(words["en"], said),
            )
        )
    return found


def _filled(text: str, said: dict[str, str]) -> str:
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text


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
