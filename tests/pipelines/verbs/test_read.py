"""`hub read` prints what was found, or one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    assert list(sheet) == ["name", "header", "header_rows", "rows", "first_data_row", "repairs", "ignored"]
    assert sheet["name"] == "Biểu 07" and sheet["header_rows"] == [5, 6] and sheet["first_data_row"] == 8
    assert sheet["rows"][1] == ["1", "Phường Nha Trang", "10", "100", "0.12"]
    assert {"rows": [7, 7], "why": "column numbers"} in sheet["ignored"]


def test_explain_says_why(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xlsx", "xlsx", {"S": BUDGET}, BUDGET_MERGES)
    said = read(str(path), "--explain").stdout
    assert "header rows 5-6" in said and "left out row 7" in said and "Triệu đồng" in said


def test_a_file_that_cannot_be_read_gives_one_line_and_code_2(tmp_path: Path) -> None:
    path = tmp_path / "hong.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    done = read(str(path))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "hong.xlsx" in done.stderr
