"""Words for a failing row: which cell, what stands there, what was expected and what could be put in its place."""

from __future__ import annotations

from checks.finding import Finding, Suggestion
from checks.labels import Labels, spoken
from checks.rule import Rule, fill
from checks.staged import Staged

__all__ = ["describe"]


def describe(
    rule: Rule, staged: Staged, row: int, values: dict[str, object], expected: object, known: Labels
) -> list[Finding]:
    """The findings of one rule on one row: one, or for a repair rule one for each repaired cell."""
    if rule.id.startswith("repair."):
        return _repairs(rule, staged, row)
    value = staged.original(row, rule.column) if rule.column else None
    said = {name: spoken(name, v, known) for name, v in values.items()}
    said["value"] = value if value is not None else "trống"
    named = rule.derived and rule.id.endswith((".reference", ".reference_fuzzy"))
    reason = staged.reasons.get((row, rule.column or "")) if named else None
    wanted = rule.expected_text
    if expected is not None:
        wanted = f"{rule.comparator or ''} {spoken(rule.column or '', expected, known)}".strip()
    suggestion = staged.suggestions.get((row, rule.column or "")) if rule.derived else None
    return [
        Finding(
            rule=rule.id,
            kind=rule.kind,
            principle=rule.principle,
            severity=rule.severity,
            sheet=staged.table.sheet if staged.table else None,
            row=row,
            column=rule.column,
            cell=staged.address(row, rule.column) if rule.column else None,
            value=value,
            expected=wanted or (suggestion.label if suggestion else None),
            suggestion=suggestion,
            message_vi=reason[0] if reason else fill(rule.message_vi, said),
            message_en=reason[1] if reason else fill(rule.message_en, said),
        )
    ]


def _repairs(rule: Rule, staged: Staged, row: int) -> list[Finding]:
    kind = rule.id.removeprefix("repair.")
    names = {position: name for name, position in staged.mapping.items()}
    findings = []
    for repair in staged.repairs_at(row):
        if repair.kind != kind:
            continue
        name = names.get(repair.column)
        said = {"value": repair.before, "after": repair.after}
        findings.append(
            Finding(
                rule=rule.id,
                kind=rule.kind,
                principle=rule.principle,
                severity=rule.severity,
                sheet=staged.table.sheet if staged.table else None,
                row=row,
                column=name,
                cell=staged.address(row, name) if name else repair.cell,
                value=repair.before,
                expected=repair.after or None,
                suggestion=Suggestion(repair.after, repair.after) if repair.after else None,
                message_vi=fill(rule.message_vi, said),
                message_en=fill(rule.message_en, said),
            )
        )
    return findings
