"""`hub read` prints what was found, or one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

from tests.assets.read.books import BUDGET, BUDGET_MERGES, write

ROOT = Path(__file__).resolve().parents[3]


def read(*arguments: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "pipelines.verbs.read", *arguments]
    return subprocess.run(call, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_json_has_the_published_shape(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xlsx", "xlsx", {"Biểu 07": BUDGET}, BUDGET_MERGES)
    done = read(str(path), "--format", "json")
    assert done.returncode == 0 and done.stderr == ""
    answer = json.loads(done.stdout)
    assert list(answer) == ["file", "format", "encoding", "delimiter", "sheets"]
    (sheet,) = answer["sheets"]
    assert list(sheet) == [
        "name", "header", "header_rows", "rows", "first_data_row", "repairs", "ignored", "errors", "uncalculated",
        "hidden", "filtered",
    ]  # fmt: skip
    assert sheet["name"] == "Biểu 07" and sheet["header_rows"] == [5, 6] and sheet["first_data_row"] == 8
    assert sheet["rows"][1] == ["1", "Phường Nha Trang", "10", "100", "0.12"]
    assert {"rows": [7, 7], "why": "column numbers"} in sheet["ignored"]


def test_json_tells_error_cells_apart_from_values(tmp_path: Path) -> None:
    rows = [["Xã", "Số hộ"], *([f"Xã {n}", n] for n in range(1, 6))]
    path = write(tmp_path / "b.xlsx", "xlsx", {"S": rows}, ())
    book = load_workbook(path)
    book["S"]["B4"] = "#DIV/0!"
    book["S"]["B4"].data_type = "e"
    book.save(path)
    (sheet,) = json.loads(read(str(path), "--format", "json").stdout)["sheets"]
    assert sheet["rows"][2] == ["Xã 3", None]
    assert sheet["errors"] == [{"cell": "B4", "text": "#DIV/0!"}]


def test_explain_says_why_in_vietnamese(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xlsx", "xlsx", {"S": BUDGET}, BUDGET_MERGES)
    said = read(str(path), "--explain").stdout
    assert "Lấy dòng 5–6 làm tiêu đề, vì" in said
    assert "có chữ ở trên, số ở dưới" in said and "C5:D5 “Thực hiện”" in said
    assert "“Thực hiện” + “Tháng” → C = “Thực hiện Tháng”" in said
    assert "dòng 7 ngay dưới đánh số cột" in said and "Bỏ dòng 7" in said
    assert "dòng 3 “THU NGÂN SÁCH THÁNG 3 NĂM 2026”: một ô gộp ngang bảng" in said
    assert "dòng 4 “Đơn vị tính: Triệu đồng”: đơn vị tính" in said
    assert "Bảng hết trước dòng 12: “Ghi chú: số liệu ước.” là ghi chú" in said
    assert "1 dòng tổng" in said and "Đơn vị tính của bảng: Triệu đồng" in said


def test_explain_says_why_in_english(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xlsx", "xlsx", {"S": BUDGET}, BUDGET_MERGES)
    said = read(str(path), "--explain", "--lang", "en").stdout
    assert "header rows 5-6, since" in said and "Left out row 7" in said and "left out rows 12-14: notes" in said
    assert "words stand over figures" in said and "It ends before row 12" in said


def test_explain_names_the_dialect_the_runner_up_and_what_was_split_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["Mã;Tên;Ngày;Số", *(f"{i};Xã {i}, huyện cũ;{i + 1:02d}/03/2026;{i * 10}" for i in range(1, 20))]
    lines[5] = lines[5].replace(";", ";;", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    said = read(str(path), "--explain").stdout
    assert "Bảng mã utf-8" in said and "nếu đọc theo windows-1252" in said
    assert "dấu chấm phẩy" in said and "kế đó là dấu cách" in said
    assert "1 ô thuộc dòng tách ô sai, tách lại: B6" in said


def test_explain_says_why_there_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(f"{i},A{i},{i * 1.5}" for i in range(1, 9)), encoding="utf-8")
    assert "Không có tiêu đề: dòng đầu (1) đã có số (“1”)" in read(str(path), "--explain").stdout


def test_a_file_that_cannot_be_read_gives_one_line_and_code_2(tmp_path: Path) -> None:
    path = tmp_path / "hong.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    done = read(str(path))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "hong.xlsx" in done.stderr
