"""All findings of a verdict as a table to take away: xlsx, csv or json."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from assets.inert_cell import inert
from checks.finding import Finding, Verdict

__all__ = ["HEADERS", "SEVERITY_WORDS", "WIDTHS", "finding_rows", "in_order", "write_findings"]

HEADERS = ("Mức", "Sheet", "Ô", "Giá trị", "Phải là", "Gợi ý", "Nội dung", "Quy tắc")
WIDTHS = (11, 18, 9, 24, 28, 28, 80, 30)
SEVERITY_WORDS = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_MOST_ROWS = 1_048_575
"""Rows of a sheet under its header (Excel specifications and limits)."""


def in_order(verdict: Verdict) -> list[Finding]:
    """The findings, errors first, each kind in the order of the file's rows."""
    return sorted(verdict.findings, key=lambda f: (_ORDER[f.severity], f.sheet or "", f.row or 0, f.cell or ""))


def finding_rows(findings: list[Finding]) -> Iterator[tuple[str | None, ...]]:
    """One row a finding, in the order of HEADERS; texts of the file are inert."""
    for f in findings:
        row = (
            SEVERITY_WORDS[f.severity], f.sheet, f.cell, f.value, f.expected,
            f.suggestion.label if f.suggestion else None, f.message_vi, f.rule,
        )  # fmt: skip
        yield tuple(None if value is None else inert(value) for value in row)


def write_findings(verdict: Verdict, target: Path) -> None:
    """Write every finding to `target`, in the form that its ending names (.xlsx, .csv, .json).

    csv is UTF-8 with a byte order mark and semicolons, as Excel in Vietnamese opens it. json keeps each finding with
    all its fields, as `hub check --format json` prints them. Raises ValueError for another ending.
    """
    suffix = target.suffix.lower()
    if suffix not in _WRITERS:
        raise ValueError(f"{target.name}: hãy dùng .xlsx, .csv hoặc .json / use .xlsx, .csv or .json")
    _WRITERS[suffix](verdict, target)


def _xlsx(verdict: Verdict, target: Path) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Kết quả kiểm tra")
    head = book.add_format({"bold": True, "bg_color": "#E8ECEF", "border": 1, "border_color": "#C9D1D6"})
    findings = in_order(verdict)[:_MOST_ROWS]
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for column, word in enumerate(HEADERS):
        sheet.write_string(0, column, word, head)
    for number, row in enumerate(finding_rows(findings), 1):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(number, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(findings), len(HEADERS) - 1)
    book.close()


def _csv(verdict: Verdict, target: Path) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADERS)
        writer.writerows(finding_rows(in_order(verdict)))


def _json(verdict: Verdict, target: Path) -> None:
    told = verdict.to_json()
    kept = {name: told[name] for name in ("file", "dataset", "unit", "period", "contract_version", "verdict", "counts")}
    target.write_text(
        json.dumps(kept | {"findings": told["findings"]}, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
    )


_WRITERS = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
