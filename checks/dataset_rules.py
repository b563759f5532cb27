"""Rules about a submission as a whole: its columns, period, volume, coverage, timeliness and catalogue entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checks.finding import Finding, RuleResult, Suggestion
from checks.rule import Rule, fill
from checks.staged import Staged
from data.contract import Contract
from data.expected_keys import expected_keys
from data.settings import settings
from data.vietnamese_format import format_moment, format_value

__all__ = ["COMPARE", "evaluate"]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "mustBe": lambda value, bound: value == bound,
    "mustNotBe": lambda value, bound: value != bound,
    "mustBeGreaterThan": lambda value, bound: value > bound,
    "mustBeGreaterOrEqualTo": lambda value, bound: value >= bound,
    "mustBeLessThan": lambda value, bound: value < bound,
    "mustBeLessOrEqualTo": lambda value, bound: value <= bound,
    "mustBeBetween": lambda value, bound: bound[0] <= value <= bound[1],
    "mustNotBeBetween": lambda value, bound: not bound[0] <= value <= bound[1],
}
_SIGNS = {
    "mustBe": "=", "mustNotBe": "≠", "mustBeGreaterThan": ">", "mustBeGreaterOrEqualTo": "≥", "mustBeLessThan": "<",
    "mustBeLessOrEqualTo": "≤", "mustBeBetween": "trong", "mustNotBeBetween": "ngoài",
}  # fmt: skip

Outcome = tuple[RuleResult | None, list[Finding]]


def _finding(rule: Rule, staged: Staged, *, value: str | None, expected: str | None, vi: str, en: str,
             suggestion: Suggestion | None = None) -> Finding:  # fmt: skip
    return Finding(
        rule.id, rule.kind, rule.principle, rule.severity, staged.table.sheet if staged.table else None, None,
        rule.column, None, value, expected, suggestion, vi, en,
    )  # fmt: skip


def _result(rule: Rule, checked: int, failed: int) -> RuleResult:
    return RuleResult(rule.id, rule.kind, rule.principle, rule.severity, checked, failed)


def evaluate(rule: Rule, contract: Contract, staged: Staged, value: object) -> Outcome:
    """Judge one dataset rule; `value` is what its query gave, where it has one."""
    family = rule.id.partition(".")[0] if rule.derived else ""
    if staged.nil and family not in {"timeliness", "catalogue"}:
        return None, []
    if not rule.derived:
        return _compared(rule, staged, value)
    return _FAMILIES[family](rule, contract, staged)


def _compared(rule: Rule, staged: Staged, value: object) -> Outcome:
    """A rule with a number and mustBe…; a submission without rows gives no number and counts as 0."""
    found = 0 if value is None else value
    failed = [op for op, bound in rule.must if not COMPARE[op](found, bound)]
    if not failed:
        return _result(rule, 1, 0), []
    wanted = ", ".join(f"{_SIGNS[op]} {format_value(bound)}" for op, bound in rule.must)
    said = {"value": format_value(found), "expected": wanted}
    finding = _finding(
        rule, staged, value=format_value(found), expected=wanted,
        vi=fill(rule.message_vi, said), en=fill(rule.message_en, said),
    )  # fmt: skip
    return _result(rule, 1, 1), [finding]


def _structure(rule: Rule, contract: Contract, staged: Staged) -> Outcome:
    found = [
        _finding(rule, staged, value=f.value, expected=f.expected, vi=f.message_vi, en=f.message_en)
        for f in staged.faults
        if f.rule == rule.id
    ]
    if rule.severity == "info" and not found:
        return None, []  # most files have nothing of the kind to tell
    return _result(rule, 1, 1 if found else 0), found


def _volume(rule: Rule, contract: Contract, staged: Staged) -> Outcome:
    if staged.rows:
        return _result(rule, 1, 0), []
    return _result(rule, 1, 1), [
        _finding(rule, staged, value="0", expected=rule.expected_text, vi=rule.message_vi, en=rule.message_en)
    ]


def _coverage(rule: Rule, contract: Contract, staged: Staged) -> Outcome:
    assert contract.expected_keys is not None
    wanted = expected_keys(contract.expected_keys.each, settings().province)
    present = staged.values(contract.expected_keys.column)
    missing = [(code, name) for code, name in wanted.items() if code not in present]
    findings = []
    for code, name in missing:
        said = {"value": name}
        findings.append(
            _finding(rule, staged, value=None, expected=f"{name} ({code})", vi=fill(rule.message_vi, said),
                     en=fill(rule.message_en, said))
        )  # fmt: skip
    return _result(rule, len(wanted), len(missing)), findings


def _timeliness(rule: Rule, contract: Contract, staged: Staged) -> Outcome:
    context = staged.context
    if context.due_at is None:
        return None, []
    received = context.first_received_at or context.received_at
    if received <= context.due_at:
        return _result(rule, 1, 0), []
    said = {"value": format_moment(received), "expected": format_moment(context.due_at)}
    finding = _finding(
        rule, staged, value=said["value"], expected=f"≤ {said['expected']}", vi=fill(rule.message_vi, said),
        en=fill(rule.message_en, said),
    )  # fmt: skip
    return _result(rule, 1, 1), [finding]


def _catalogue(rule: Rule, contract: Contract, staged: Staged) -> Outcome:
    complete = {
        "catalogue.description": bool(contract.purpose and contract.usage),
        "catalogue.owner": bool(contract.owner and contract.owner_name),
        "catalogue.licence": bool(contract.licence),
        "catalogue.titles": all(c.title != c.name for c in contract.columns),
    }[rule.id]
    if complete:
        return _result(rule, 1, 0), []
    return _result(rule, 1, 1), [
        _finding(rule, staged, value=None, expected=rule.expected_text, vi=rule.message_vi, en=rule.message_en)
    ]


_FAMILIES: dict[str, Callable[[Rule, Contract, Staged], Outcome]] = {
    "structure": _structure,
    "volume": _volume,
    "coverage": _coverage,
    "timeliness": _timeliness,
    "catalogue": _catalogue,
}
