"""A notice becomes its head, tasks, citations and indicators, each at its place, whatever format it came in."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assets.directives.model import Directive, Task
from assets.directives.read import read_directive
from assets.directives.source_text import DirectiveError
from tests.assets.directives.documents import NOTICE, docx

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def notice(tmp_path: Path) -> Directive:
    path = tmp_path / "tb.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return read_directive(path)


def leads(task: Task) -> list[str]:
    return [agency.name for agency in task.leads]


def test_the_head_is_read(notice: Directive) -> None:
    head = notice.head
    assert head.number and head.type and head.place and head.date and head.signatory and head.issuer
    assert (head.number.value, head.type.value) == ("77/TB-UBND", "Thông báo")
    assert (head.place.value, head.date.value, head.signatory.value) == ("Khánh Hòa", "2026-03-03", "Trần Văn Minh")
    assert head.issuer.value == "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA"
    assert [word.value for word in head.recipients] == ["Tỉnh ủy (báo cáo)", "Các sở, ban, ngành", "Lưu: VT"]


def test_each_task_has_its_clause_leads_and_deadline(notice: Directive) -> None:
    assert [(t.clause, leads(t), t.deadline.date if t.deadline else None) for t in notice.tasks] == [
        ("II.1", ["Sở Tài chính"], date(2026, 4, 15)),
        ("II.1", ["Sở Y tế"], date(2026, 9, 30)),
        ("II.1", ["Sở Y tế"], None),
        ("II.2", ["các sở, ngành, địa phương"], None),
        ("Phụ lục a", ["Công an tỉnh"], None),
        ("Phụ lục a", ["Công an tỉnh"], date(2026, 6, 30)),
    ]
    first, _, monthly, weekly, *_ = notice.tasks
    assert [agency.name for agency in first.coordinating] == ["Sở Nội vụ", "các cơ quan, đơn vị liên quan"]
    assert [agency.units for agency in first.report_to] == [("56-UBND",)]
    assert monthly.recurrence and monthly.recurrence.value == "định kỳ hàng tháng"
    assert weekly.recurrence and weekly.recurrence.value.startswith("trước 11 giờ ngày thứ 6")


def test_a_collective_stands_as_written_and_expands_to_units(notice: Directive) -> None:
    everybody = next(t for t in notice.tasks if t.clause == "II.2").leads[0]
    assert everybody.collective and {"56-SKHCN", "56-CA"} <= set(everybody.units)
    assert len([code for code in everybody.units if code.isdigit()]) == 65


def test_every_field_stands_where_its_place_says(notice: Directive) -> None:
    for task in notice.tasks:
        words = "".join(notice.text[task.place.start : task.place.end].split())
        assert words == "".join(task.text.split())
        if task.deadline:
            place = task.deadline.place
            assert notice.text[place.start : place.end] == task.deadline.text
    head = notice.head
    assert head.number and notice.text[head.number.place.start : head.number.place.end] == "77/TB-UBND"
    assert notice.text.split("\n")[head.number.place.line - 1] == "Số: 77/TB-UBND"


def test_citations_and_figures_are_found_and_nothing_else(notice: Directive) -> None:
    assert [(c.number, c.type, c.date, c.issuer) for c in notice.citations] == [
        ("12-NQ/TU", "Nghị quyết", date(2025, 1, 15), "Tỉnh ủy")
    ]
    assert [(i.value, i.unit, i.of, i.kind, i.year) for i in notice.indicators] == [
        (82.5, "%", None, "result", 2025),
        (12.0, "hạng", 34.0, "rank", None),
    ]


def test_docx_gives_what_the_text_gives(tmp_path: Path, notice: Directive) -> None:
    found = read_directive(docx(tmp_path / "tb.docx"))
    assert [(t.clause, leads(t), t.text) for t in found.tasks] == [(t.clause, leads(t), t.text) for t in notice.tasks]


def _font(tmp_path: Path) -> Path:
    from fontTools.ttLib import TTFont

    font = TTFont(ROOT / "dashboard/static/fonts/be-vietnam-pro-vietnamese-400-normal.woff2")
    font.flavor = None
    font.save(tmp_path / "own.ttf")
    return tmp_path / "own.ttf"


def test_defects_of_scanning_and_converting_do_not_change_what_is_found(tmp_path: Path, notice: Directive) -> None:
    broken = NOTICE.replace("kế hoạch chia sẻ", "kế hoạch\n\n\n7\n\nchia sẻ").replace(
        "trước ngày 15/4", "**trước ngày 15/4"
    )
    broken = broken.replace("II. NHIỆM VỤ", "## **II. NHIỆM VỤ**").replace("- Giao Sở Y tế", "* Giao **Sở Y tế**")
    path = tmp_path / "tb.md"
    path.write_text(broken, encoding="utf-8")
    found = read_directive(path)
    assert [(t.clause, leads(t), t.deadline and t.deadline.date) for t in found.tasks] == [
        (t.clause, leads(t), t.deadline and t.deadline.date) for t in notice.tasks
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.txt", b"", "empty"), ("a.docx", b"PK\x03\x04 damaged", "damaged"),
     ("a.doc", b"\xd0\xcf\x11\xe0 old", "old_format"),
     ("a.pdf", b"%PDF-1.4 damaged", "damaged"), ("a.txt", bytes(5000), "not_text")],
)  # fmt: skip
def test_a_file_that_is_no_document_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DirectiveError) as refused:
        read_directive(tmp_path / name)
    assert refused.value.code == code and name in refused.value.vi and name in refused.value.en


def test_a_scan_without_a_text_layer_is_told(tmp_path: Path) -> None:
    from fpdf import FPDF

    book = FPDF()
    book.add_page()
    book.rect(10, 10, 100, 100)
    book.output(str(tmp_path / "scan.pdf"))
    with pytest.raises(DirectiveError) as refused:
        read_directive(tmp_path / "scan.pdf")
    assert refused.value.code == "scanned"


def test_an_unrelated_text_gives_no_task_and_no_citation(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("Công thức nấu phở: hầm xương 6 tiếng.\n\nThêm hành, gừng nướng, quế và hồi.\n", encoding="utf-8")
    found = read_directive(path)
    assert found.tasks == () and found.citations == () and found.head.number is None


def test_the_command_prints_json_and_refuses_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "tb.txt"
    path.write_text(NOTICE, encoding="utf-8")
    hub = [sys.executable, "-c", "from pipelines.cli import main; main()", "directives"]
    done = subprocess.run([*hub, str(path), "--format", "json"], capture_output=True, text=True, cwd=ROOT)
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and len(answer["tasks"]) == 6 and answer["document"]["number"] == "77/TB-UBND"
    (tmp_path / "e.txt").write_text("")
    refused = subprocess.run([*hub, str(tmp_path / "e.txt")], capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 2 and "không có chữ" in refused.stderr and "no text" in refused.stderr


@pytest.mark.slow
def test_the_marked_notices_are_read_as_well_as_asked(shared: Path) -> None:
    score = shared / "gold" / "score_directives.py"
    if not score.exists():
        pytest.skip("../shared/gold is not here")
    hub = f"{sys.executable} -c 'from pipelines.cli import main; main()' directives {{}} --format json"
    done = subprocess.run(
        [sys.executable, str(score), "--command", hub, "--bar", "0.95"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout
