"""All findings can be taken away as a table, and opening it runs nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assets.findings_export import HEADERS, write_findings
from checks.finding import Counts, Finding, Suggestion, Verdict

RUN = "=cmd|' /C calc'!A0"


def verdict(findings: int = 3) -> Verdict:
    made = tuple(
        Finding(
            f"r.{i}", "row", "dung", ("warning", "error", "info")[i % 3], "T10", 5 + i, "c", f"F{5 + i}", RUN, "≥ 0",
            Suggestion("Khánh Hòa", "Khánh Hòa"), "Sai “tên”; sửa lại", "wrong",
        )
        for i in range(findings)
    )  # fmt: skip
    return Verdict("a.xlsx", "d", "u", "2026-10", "1.0.0", "rejected", Counts(3, 0, 3), findings=made)


def test_a_workbook_lists_errors_first_as_text(tmp_path: Path) -> None:
    write_findings(verdict(), tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEADERS and [r[0] for r in rows[1:]] == ["lỗi", "cảnh báo", "thông tin"]
    assert rows[1][1:] == ("T10", "F6", f"'{RUN}", "≥ 0", "Khánh Hòa", "Sai “tên”; sửa lại", "r.1")
    assert {c.data_type for row in sheet.iter_rows() for c in row} == {"s"} and sheet.freeze_panes == "A2"


def test_a_csv_opens_in_excel_with_its_letters_and_runs_nothing(tmp_path: Path) -> None:
    write_findings(verdict(), tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 4 and rows[1][3] == f"'{RUN}" and rows[1][6] == "Sai “tên”; sửa lại"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


def test_json_keeps_every_field(tmp_path: Path) -> None:
    write_findings(verdict(), tmp_path / "a.json")
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert told["verdict"] == "rejected" and told["findings"][0] == verdict().to_json()["findings"][0]


def test_all_of_many_findings_are_there(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".csv"):
        write_findings(verdict(3_000), tmp_path / f"a{suffix}")
    sheet = load_workbook(tmp_path / "a.xlsx", read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.iter_rows()) == 3_001
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").count("\n") == 3_001


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.xlsx"):
        write_findings(verdict(), tmp_path / "a.doc")
