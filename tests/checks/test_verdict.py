"""What `hub check` must say of a file: every defect at its cell, and nothing of what is in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.check_file import check_file
from checks.finding import Finding, Verdict, principle_scores, verdict_schema
from data.contract import load_contracts
from data.period import Period
from data.settings import settings
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")


def judged(path: Path, period: str = "2026-10") -> Verdict:
    registry = load_contracts(settings().contracts)
    return check_file(path, registry["lodging_guests"], registry, "56-SVHTTDL", Period.parse(period))[1]


def at_cells(verdict: Verdict) -> dict[str, Finding]:
    return {f"{f.rule}@{f.cell}": f for f in verdict.findings if f.cell}


def test_a_good_file_is_accepted_with_no_finding_at_any_cell(tmp_path: Path) -> None:
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx"))
    assert verdict.verdict == "accepted"
    assert at_cells(verdict) == {}
    assert verdict.counts.accepted == len(GOOD_ROWS)


@pytest.mark.parametrize(
    ("row", "column", "value", "expected"),
    [
        (2, 3, 1537600, "rooms_occupied_within_capacity@E7"),
        (0, 5, None, "foreign_guests.required@G5"),
        (0, 4, "nhiều", "domestic_guests.type@F5"),
        (1, 1, -4, "establishments.range@C6"),
        (3, 0, "Xã Không Có", "commune_code.reference@B8"),
        (3, 0, "Xã Vạn Nin", "commune_code.reference_fuzzy@B8"),
        (3, 0, "  Xã Vạn Ninh ", "repair.stray_spaces@B8"),
        (1, 7, "3.000,5", "repair.number_as_text@I6"),
        (4, 6, 10, "nights_at_least_guests@H9"),
    ],
)
def test_a_defect_is_found_at_its_own_cell_and_nowhere_else(
    tmp_path: Path, row: int, column: int, value: object, expected: str
) -> None:
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx", with_cell(row, column, value)))
    assert list(at_cells(verdict)) == [expected]


def test_a_message_names_the_values_and_what_was_expected(tmp_path: Path) -> None:
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    finding = at_cells(verdict)["rooms_occupied_within_capacity@E7"]
    assert "1.537.600" in finding.message_vi and "153" not in finding.message_en.replace("1.537.600", "")
    assert finding.expected == "≤ 153.760"
    assert finding.value == "1537600"


def test_the_same_key_twice_with_other_values_accuses_both_rows(tmp_path: Path) -> None:
    rows = [*GOOD_ROWS, ("Xã Vạn Ninh", 13, 300, 4000, 3000, 50, 4100, 90)]
    cells = [f.cell for f in judged(lodging_workbook(tmp_path / "a.xlsx", rows)).findings if f.rule == "key.unique"]
    assert cells == ["B8", "B10"]


def test_the_same_row_twice_accuses_the_second_only(tmp_path: Path) -> None:
    rows = [*GOOD_ROWS, GOOD_ROWS[3]]
    cells = [f.cell for f in judged(lodging_workbook(tmp_path / "a.xlsx", rows)).findings if f.rule == "key.unique"]
    assert cells == ["B10"]


def test_a_total_row_is_left_out_with_a_finding(tmp_path: Path) -> None:
    rows = [*GOOD_ROWS, ("Tổng cộng", 622, 31394, 695799, 452558, 209220, 882100, 101195.5)]
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx", rows))
    assert [f.cell for f in verdict.findings if f.rule == "repair.total_row"] == ["B10"]
    assert verdict.counts.accepted == len(GOOD_ROWS) and verdict.counts.dropped == 1


def test_a_title_of_another_month_rejects_the_file(tmp_path: Path) -> None:
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 9/2026"))
    assert verdict.verdict == "rejected"
    assert verdict.reason_vi is not None and "tháng 10/2026" in verdict.reason_vi


def test_a_missing_column_rejects_with_one_finding_and_not_one_a_row(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["Xã, phường", "Số cơ sở lưu trú", "Số phòng", "Phòng có khách", "Khách trong nước", "Số ngày khách"]
    )
    for number, row in enumerate(GOOD_ROWS):
        sheet.write_row(1 + number, 0, [*row[:5], row[6]])
    book.close()
    verdict = judged(tmp_path / "a.xlsx")
    assert verdict.verdict == "rejected"
    assert [f.rule for f in verdict.findings if "foreign" in f.message_vi or "Khách quốc tế" in f.message_vi] == [
        "structure.columns"
    ]


def test_more_failing_rows_than_the_contract_allows_reject_the_file(tmp_path: Path) -> None:
    rows = [[*r[:3], 10**9, *r[4:]] for r in GOOD_ROWS[:2]] + [list(r) for r in GOOD_ROWS[2:]]
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx", rows))
    assert verdict.verdict == "rejected" and verdict.counts.accepted == 0


def test_what_is_no_table_is_unreadable_with_a_reason_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7 not a workbook")
    verdict = judged(tmp_path / "a.xlsx")
    assert verdict.verdict == "unreadable" and verdict.reason_vi and verdict.reason_en


def test_missing_communes_lower_completeness_and_are_named(tmp_path: Path) -> None:
    verdict = judged(lodging_workbook(tmp_path / "a.xlsx"))
    missing = [f for f in verdict.findings if f.rule == "coverage.commune_code"]
    assert len(missing) == 65 - len(GOOD_ROWS)
    assert any("Trường Sa" in f.message_vi for f in missing)


def test_the_verdict_fits_its_published_schema(tmp_path: Path) -> None:
    import json

    import jsonschema

    answer = json.loads(
        json.dumps(judged(lodging_workbook(tmp_path / "a.xlsx", with_cell(3, 0, "Xã Vạn Nin"))).to_json())
    )
    jsonschema.Draft202012Validator(verdict_schema()).validate(answer)


def test_scores_are_means_weighted_by_severity() -> None:
    from checks.finding import RuleResult

    results = [
        RuleResult("a", "row", "dung", "error", 10, 5),
        RuleResult("b", "row", "dung", "warning", 10, 0),
        RuleResult("c", "row", "dung", "info", 10, 10),
        RuleResult("d", "row", "sach", "info", 10, 10),
    ]
    scores = principle_scores(results)
    assert scores["dung"] == pytest.approx(100 * (3 * 0.5 + 1) / 4)
    assert scores["sach"] is None and scores["song"] is None


def test_the_schema_in_the_repository_is_the_one_that_is_printed() -> None:
    import json

    kept = Path(__file__).resolve().parents[2] / "checks" / "verdict.schema.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == verdict_schema()
