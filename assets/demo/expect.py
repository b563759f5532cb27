"""From what was planted to what must be found: rule, sheet, row, column and cell of every finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from assets.demo.layout import Placed, Style
from assets.demo.manifest import Expected
from assets.demo.plant import Fate
from assets.demo.sheet import DemoRow
from data.contract import Contract, RuleSpec
from data.expected_keys import expected_keys
from data.settings import settings
from data.table import cell_address

__all__ = ["expectations", "verdict_of"]


def expectations(
    contract: Contract | None = None, style: Style | None = None, placed: Placed | None = None,
    rows: list[DemoRow] | None = None, fate: Fate | None = None, *, late: bool = False,
) -> list[Expected]:  # fmt: skip
    """Everything that must be found in one file."""
    found: list[Expected] = []
    if contract is not None and style is not None and placed is not None and rows is not None and fate is not None:
        sheet = _sheet_name(style, placed)
        found += _row_findings(contract, style, placed, rows, fate, sheet)
        found += _whole_findings(contract, fate, sheet, rows)
    if late:
        found.append(Expected("timeliness", found_sheet(style, placed)))
    return found


def found_sheet(style: Style | None, placed: Placed | None) -> str | None:
    """The sheet that a finding about the whole file names."""
    return None if style is None or placed is None else _sheet_name(style, placed)


def _sheet_name(style: Style, placed: Placed) -> str:
    return placed.document.main.name if style.form in {"xlsx", "xls", "ods"} else ""


def _row_findings(
    contract: Contract, style: Style, placed: Placed, rows: list[DemoRow], fate: Fate, sheet: str
) -> Iterator[Expected]:
    records = style.form.startswith(("json", "ndjson", "parquet"))
    names = [c.name for c in contract.columns if c.name not in fate.left_out]
    for index, row in enumerate(rows):
        number = index + 1 if records else placed.rows[index]
        for rule, column in row.expects:
            cell = None
            if column is not None and column in names:
                cell = _address(style, column, number, names, placed)
            yield Expected(rule, sheet, number, column, cell)
    if placed.total is not None and not records:
        row_number, place, label = placed.total
        yield Expected("repair.total_row", sheet, row_number, label, cell_address(row_number, place))


def _address(style: Style, column: str, number: int, names: list[str], placed: Placed) -> str:
    if style.form.startswith(("json", "ndjson")):
        return f"/{number - 1}/{column}"
    if style.form.startswith("parquet"):
        return f"{column},{number}"
    return cell_address(number, placed.columns[column])


def _whole_findings(contract: Contract, fate: Fate, sheet: str, rows: list[DemoRow]) -> Iterator[Expected]:
    expected = contract.expected_keys
    absent = fate.absent
    if fate.whole == "volume" and expected is not None:
        absent = tuple(expected_keys(expected.each, settings().province))
    for code in absent:
        assert expected is not None
        yield Expected(f"coverage.{expected.column}", sheet, column=expected.column, about=code)
    if fate.whole in {"volume", "structure.period"}:
        yield Expected(fate.whole, sheet)
    for name in sorted(fate.left_out):
        yield Expected("structure.columns", sheet, about=contract.column(name).title)
    if fate.whole == "volume":
        for rule in contract.rules:
            if rule.kind == "dataset" and not _holds_for_nothing(rule):
                yield Expected(rule.id, sheet, column=rule.column)


_CONTENT: dict[str, Callable[[Any], bool]] = {
    "mustBe": lambda b: bool(b == 0),
    "mustNotBe": lambda b: bool(b != 0),
    "mustBeGreaterThan": lambda b: bool(b < 0),
    "mustBeGreaterOrEqualTo": lambda b: bool(b <= 0),
    "mustBeLessThan": lambda b: bool(b > 0),
    "mustBeLessOrEqualTo": lambda b: bool(b >= 0),
    "mustBeBetween": lambda b: bool(b[0] <= 0 <= b[1]),
    "mustNotBeBetween": lambda b: not b[0] <= 0 <= b[1],
}


def _holds_for_nothing(rule: RuleSpec) -> bool:
    """Whether a rule about the whole file is content with no rows, which count as 0."""
    return all(_CONTENT[operator](bound) for operator, bound in rule.must)


def verdict_of(contract: Contract, rows: list[DemoRow], fate: Fate) -> str:
    """The verdict that the file must get (definitions.md, A submission's life)."""
    if fate.whole is not None:
        return "rejected"
    severity = {r.id: r.severity for r in contract.rules}

    def held(row: DemoRow) -> bool:
        return any(
            severity.get(rule, "warning" if rule.startswith("repair.") or rule.endswith("_fuzzy") else "error")
            == "error"
            for rule, _ in row.expects
        )

    failing = sum(held(row) for row in rows)
    if failing and (contract.all_or_nothing or failing / len(rows) > contract.max_failed_share):
        return "rejected"
    return "partly_accepted" if failing else "accepted"
