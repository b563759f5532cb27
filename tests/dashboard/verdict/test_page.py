"""The verdict's page: what a department sees seconds after sending, who else sees it, and what each may do."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response

from dashboard.addresses import submission_address
from dashboard.ledger_access import the_ledger
from dashboard.verdict.quick import judged
from data.submission import Event, Submission
from tests.assets.signing import Authority, plain_pdf
from tests.dashboard.test_app import panels
from tests.dashboard.verdict.conftest import as_somebody, sent, wrong_rows
from tests.people import account, sign_in
from tests.workbooks import GOOD_ROWS


def shown_of(client: TestClient, submission: Submission, **query: str) -> dict[str, str]:
    """The panels of a submission's page once it is judged, however busy the machine is."""
    assert judged(submission, timeout=60)
    return panels(client, submission_address(submission.receipt, **query))


def after(client: TestClient, answer: Response) -> dict[str, str]:
    """The panels of the page that a deed leads to."""
    to = answer.headers["location"]
    receipt = to.split("/")[2].partition("?")[0]
    assert judged(the_ledger().submissions(receipt=receipt)[0], timeout=60)
    return panels(client, to)


def rows(step: int) -> list[list[object]]:
    """Good rows, of other figures for each step."""
    made = [list(r) for r in GOOD_ROWS]
    for row in made:
        row[7] = float(str(row[7])) + step
    return made


def test_the_page_says_what_came_of_it_before_the_pipeline_does(department: TestClient, home: Path) -> None:
    submission = sent(home, wrong_rows(), "2026-07", name="trang.xlsx")
    shown = shown_of(department, submission)
    assert "kết quả tạm" in shown["head"]
    assert "Trả lại" in shown["head"]
    assert "Áp dụng 1 gợi ý" in shown["head"]
    assert "E7" in shown["findings"]
    assert 'action="/submissions/' in shown["cell"]
    assert "cell-error" in shown["cell"]
    assert "trang.xlsx" in shown["versions"]


def test_buttons_are_for_those_who_may_send(department: TestClient, home: Path, served: TestClient) -> None:
    submission = sent(home, wrong_rows(), "2026-07", name="trang.xlsx")
    page = f"/submissions/{submission.receipt}"
    shown_of(department, submission)
    for role in ("leader", "operator"):
        shown = "".join(panels(as_somebody(served, role), page).values())
        assert "E7" in shown, f"a {role} reads everything"
        assert f'action="{page}/apply"' not in shown
        assert f'action="{page}/correct"' not in shown
        assert f'action="{page}/withdraw"' not in shown
    stranger = as_somebody(served, "department", "56-SYT")
    assert "E7" not in "".join(panels(stranger, page).values())
    for path in ("", "/annotated", "/findings.csv", "/receipt.pdf", "/file"):
        assert "E7" not in stranger.get(page + path).text
        assert not path or stranger.get(page + path).status_code == 404
    for deed in ("apply", "correct", "withdraw", "confirm", "explain"):
        answer = stranger.post(f"{page}/{deed}", data={"row": 1, "column": "rooms", "rule": "x", "reason": "thử"})
        assert answer.status_code == 404


def test_everything_can_be_taken_away(department: TestClient, home: Path) -> None:
    submission = sent(home, wrong_rows(), "2026-07", name="trang.xlsx")
    page = f"/submissions/{submission.receipt}"
    shown_of(department, submission)
    marks = {"annotated": b"PK", "findings.xlsx": b"PK", "receipt.pdf": b"%PDF", "file": b"PK", "findings.json": b"{"}
    for path, begins in marks.items():
        answer = department.get(f"{page}/{path}")
        assert answer.status_code == 200, path
        assert answer.content.startswith(begins)
        assert "attachment" in answer.headers["content-disposition"]
    listed = department.get(f"{page}/findings.csv").content.decode("utf-8-sig")
    assert "E7" in listed


def test_all_suggestions_are_applied_as_the_next_version(department: TestClient, home: Path) -> None:
    bad = rows(1)
    bad[0][0] = "Phường Nha Tranng"
    first = sent(home, bad, "2026-06", name="goi_y.xlsx")
    shown_of(department, first)
    answer = department.post(f"/submissions/{first.receipt}/apply", follow_redirects=False)
    assert answer.status_code == 303
    versions = the_ledger().submissions(dataset="lodging_guests", reporter="56-SVHTTDL", period="2026-06")
    assert [v.version for v in versions] == [1, 2]
    shown = after(department, answer)
    assert "nộp thành bản 2" in shown["head"]
    assert "Đã nhận cả 5 dòng" in shown["head"]
    assert "Phường Nha Tranng" not in shown["cell"]
    noted = next(e for e in the_ledger().events(versions[1].submission_id) if e.kind == "corrected")
    assert noted.detail == {"of": first.receipt, "count": 1, "cells": ["B5"]}
    # The earlier one is history now: it is not corrected a second time.
    again = department.post(f"/submissions/{first.receipt}/apply", follow_redirects=False)
    assert "lần nộp mới hơn" in after(department, again)["head"]


def test_one_cell_is_corrected_in_place_and_two_versions_are_compared(department: TestClient, home: Path) -> None:
    first = sent(home, rows(2), "2026-05", name="o.xlsx")
    shown_of(department, first)
    answer = department.post(
        f"/submissions/{first.receipt}/correct",
        data={"row": 6, "column": "foreign_guests", "value": "9.100"},
        follow_redirects=False,
    )
    to = answer.headers["location"]
    assert to.startswith("/submissions/") and first.receipt not in to
    second = to.split("/")[2].partition("?")[0]
    shown = panels(department, f"/submissions/{second}/compare?with={first.receipt}")
    assert "1 ô khác ở 1 dòng" in shown["head"]
    assert "9.000" in shown["changed"] and "9.100" in shown["changed"] and "G6" in shown["changed"]


def test_what_was_typed_in_the_grid_is_sent(department: TestClient, home: Path) -> None:
    first = sent(home, wrong_rows(), "2026-08", name="luoi.xlsx")
    page = f"/submissions/{first.receipt}/rows"
    shown_of(department, first)
    assert "3 dòng cần xem" in panels(department, page)["head"]
    changes = (
        '[{"id": "5", "field": "commune_code", "before": "", "value": "Phường Nha Trang"},'
        ' {"id": "7", "field": "rooms_occupied", "before": "9000000", "value": 98100},'
        ' {"id": "8", "field": "domestic_guests", "before": null, "value": "3.000"}]'
    )
    answer = department.post(page, data={"changes": changes}, follow_redirects=False)
    assert "Đã nhận cả 5 dòng" in after(department, answer)["head"]
    broken = department.post(page, data={"changes": "không phải json"}, follow_redirects=False)
    assert broken.status_code == 303


def test_a_correction_that_changes_nothing_is_not_a_version(department: TestClient, home: Path) -> None:
    first = sent(home, rows(3), "2026-09", name="nhu_cu.xlsx")
    shown_of(department, first)
    answer = department.post(f"/submissions/{first.receipt}/apply", follow_redirects=False)
    assert "Không có ô nào để sửa" in after(department, answer)["head"]


def test_a_version_is_withdrawn_with_a_reason(department: TestClient, home: Path) -> None:
    submission = sent(home, rows(4), "2026-07", name="rut.xlsx")
    page = f"/submissions/{submission.receipt}"
    department.post(f"{page}/withdraw", data={"reason": ""}, follow_redirects=False)
    assert not any(e.kind == "withdrawn" for e in the_ledger().events(submission.submission_id))
    answer = department.post(f"{page}/withdraw", data={"reason": "gửi nhầm kỳ"}, follow_redirects=False)
    shown = after(department, answer)
    assert "Đã rút" in shown["head"] and "gửi nhầm kỳ" in shown["head"]
    assert "Rút lần nộp" in shown["timeline"]


def test_a_smaller_version_is_confirmed_by_its_sender(department: TestClient, home: Path) -> None:
    submission = sent(home, rows(5), "2026-07", name="it.xlsx")
    shown_of(department, submission)
    the_ledger().append(
        [
            Event(submission.submission_id, "judged", detail={"verdict": "accepted"}),
            Event(submission.submission_id, "awaiting_confirmation"),
        ]
    )
    page = f"/submissions/{submission.receipt}"
    assert f'action="{page}/confirm"' in panels(department, page)["head"]
    answer = department.post(f"{page}/confirm", follow_redirects=False)
    assert "Đã xác nhận" in after(department, answer)["head"]


def test_a_warning_is_explained_and_an_operator_decides(department: TestClient, home: Path, served: TestClient) -> None:
    bad = rows(6)
    bad[0][0] = "Phường Nha Tranng"
    submission = sent(home, bad, "2026-07", name="giai_trinh.xlsx")
    page = f"/submissions/{submission.receipt}"
    rule = "commune_code.reference_fuzzy"
    assert f'action="{page}/explain"' in shown_of(department, submission, rule=rule)["explain"]
    department.post(f"{page}/explain", data={"rule": rule, "text": "tên trên con dấu cũ"})
    assert "đang chờ xem xét" in panels(department, f"{page}?rule={rule}")["explain"]
    nothing = department.post(f"{page}/explain", data={"rule": "no.such", "text": "abc"}, follow_redirects=False)
    assert "không có gì để giải trình" in after(department, nothing)["head"]
    before = panels(department, page)["scores"]
    operator = as_somebody(served, "operator")
    asked = panels(operator, f"{page}?rule={rule}")["explain"]
    number = asked.partition(f'action="{page}/explanations/')[2].partition('"')[0]
    operator.post(f"{page}/explanations/{number}", data={"answer": "accept", "note": "đúng"})
    shown = panels(operator, f"{page}?rule={rule}")
    assert "đã được chấp nhận" in shown["explain"]
    assert shown["scores"] != before, "it no longer lowers the score"


def test_a_pdf_is_attached_and_another_file_is_not(department: TestClient, home: Path) -> None:
    submission = sent(home, rows(7), "2026-07", name="giay.xlsx")
    page = f"/submissions/{submission.receipt}"
    shown_of(department, submission)
    pdf = department.get(f"{page}/receipt.pdf").content
    done = department.post(
        f"{page}/attachments", files={"file": ("ký.pdf", pdf, "application/pdf")}, follow_redirects=False
    )
    shown = after(department, done)
    assert "ký.pdf" in shown["attached"] and "không có chữ ký số" in shown["attached"]
    to = shown["attached"].partition(f'href="{page}/attachments/')[2].partition('"')[0]
    assert department.get(f"{page}/attachments/{to}").content == pdf
    refused = department.post(
        f"{page}/attachments", files={"file": ("a.pdf", b"not a pdf", "application/pdf")}, follow_redirects=False
    )
    assert "PDF" in after(department, refused)["head"]


def test_a_signed_report_shows_who_signed_it(department: TestClient, home: Path, tmp_path: Path) -> None:
    plain, signed = tmp_path / "a.pdf", tmp_path / "b.pdf"
    Authority(tmp_path).sign(plain_pdf(plain), signed, "Nguyễn Thị Ngọc Ánh")
    submission = sent(home, rows(8), "2026-04", name="ky.xlsx")
    done = department.post(
        f"/submissions/{submission.receipt}/attachments",
        files={"file": ("ký số.pdf", signed.read_bytes(), "application/pdf")},
        follow_redirects=False,
    )
    shown = after(department, done)["attached"]
    assert "Nguyễn Thị Ngọc Ánh" in shown and "không rõ gốc tin cậy" in shown


def test_a_receipt_that_is_none_is_said_to_be_none(department: TestClient) -> None:
    assert "2026-11-999999" in "".join(panels(department, "/submissions/2026-11-999999").values())
    assert department.get("/submissions/2026-11-999999/file").status_code == 404
    for page in ("compare", "rows"):
        assert panels(department, f"/submissions/2026-11-999999/{page}")["head"]


def test_the_sender_is_named_as_people_know_them(home: Path, served: TestClient) -> None:
    login = account("department", "56-SVHTTDL")
    submission = sent(home, rows(8), "2026-07", name="ten.xlsx")
    shown = shown_of(sign_in(served, login), submission)
    assert login.title() in shown["head"]
