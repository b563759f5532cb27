"""The buttons that correct: apply a repair at one cell, at all of a rule, everywhere; or type another value."""

from __future__ import annotations

import re

from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language
from dashboard.models import FindingGroup
from dashboard.verdict.findings import Found
from data.contract import Contract

__all__ = ["apply_all", "apply_rule", "correct_cell", "post"]

_PLAIN = re.compile(r"(-?)(\d+)(?:\.(\d+))?")


def post(receipt: str, deed: str, *inside: Node, class_: str = "inline", **fields: str | int) -> Safe:
    """A form that does one deed with a submission; `fields` go along hidden."""
    return el(
        "form",
        [el("input", type="hidden", name=name, value=value) for name, value in fields.items()],
        *inside,
        method="post",
        action=f"/submissions/{receipt}/{deed}",
        class_=class_,
    )


def apply_all(receipt: str, count: int, words: Language) -> Safe:
    """The main button: every repair that is offered."""
    said = words("correct.apply_all", count=words.number(count, 0))
    return post(receipt, "apply", el("button", said, class_="button main", data_once=words("correct.working")))


def apply_rule(receipt: str, group: FindingGroup, words: Language) -> Safe:
    """What one rule offers: the repair where it is the same for all its cells, and the button."""
    said = (words("finding.suggestion"), " ", el("strong", group.suggestion), " · ") if group.suggestion else None
    count = words.number(group.suggested, 0)
    button = el("button", words("correct.apply_rule", count=count), class_="link-button", data_once=True)
    return post(receipt, "apply", said, button, class_="finding-apply", rule=group.rule)


def correct_cell(receipt: str, found: Found, contract: Contract, words: Language) -> Safe:
    """A field for the cell in view, filled with the repair or with what stands there."""
    assert found.column is not None
    column = contract.column(found.column)
    value = found.suggestion or ("" if column.personal else found.value)
    number = column.type in ("integer", "number")
    if number and (plain := _PLAIN.fullmatch(value)):
        # As it is read here: a point parts thousands, a comma the decimals.
        sign, whole, rest = plain.groups()
        value = sign + f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")
    return post(
        receipt,
        "correct",
        el(
            "input",
            name="value",
            value=value,
            aria_label=words("correct.value", column=column.title),
            autocomplete="off",
            maxlength=2000,
            class_="number" if number else None,
            inputmode="decimal" if number else None,
            list="correct-codes" if column.enum else None,
        ),
        el("datalist", [el("option", value=e.label) for e in column.enum], id="correct-codes") if column.enum else None,
        el("button", words("correct.save_cell"), class_="button", data_once=words("correct.working")),
        class_="correct-cell",
        row=found.row or 0,
        column=found.column,
        rule=found.rule,
    )
