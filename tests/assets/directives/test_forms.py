"""Letters, directives, decisions and plans are read by the conventions of their forms (decree 30/2020/NĐ-CP)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.directives.model import Directive
from assets.directives.read import read_directive

LETTER = """ỦY BAN NHÂN DÂN
TỈNH KHÁNH HÒA

Số: 412/UBND-TH
V/v rà soát số liệu báo cáo quý

Khánh Hòa, ngày 09 tháng 4 năm 2026

Kính gửi:
- Các sở, ban, ngành;
- Ủy ban nhân dân các xã, phường, đặc khu.

Thực hiện Công văn số 901/BNV-TH ngày 02/4/2026 của Bộ Nội vụ về việc chuẩn hóa số liệu, Chủ tịch UBND tỉnh \
có ý kiến chỉ đạo như sau:

1. Các sở, ban, ngành rà soát số liệu của ngành mình, gửi Sở Nội vụ trước ngày 20/4/2026.
2. Công an tỉnh tiếp tục đối chiếu dữ liệu dân cư, hoàn thành trong quý II năm 2026.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Lê Thị Bình
"""
PLAN = """ỦY BAN NHÂN DÂN
TỈNH KHÁNH HÒA
Số: 88/KH-UBND
Khánh Hòa, ngày 11 tháng 02 năm 2026

KẾ HOẠCH
Mở dữ liệu của tỉnh năm 2026

I. NHIỆM VỤ
1. Danh mục
Lập danh mục dữ liệu mở của các ngành.
- Đơn vị chủ trì: Sở Khoa học và Công nghệ.
- Đơn vị phối hợp: Sở Tư pháp; Sở Y tế.
- Thời gian hoàn thành: Quý III/2026.
- Sản phẩm: Quyết định ban hành danh mục.

II. TỔ CHỨC THỰC HIỆN
1. Sở Tài chính
Chủ trì, phối hợp với Sở Khoa học và Công nghệ bố trí kinh phí.
"""
DECISION = """ỦY BAN NHÂN DÂN
TỈNH KHÁNH HÒA
Số: 73/QĐ-UBND
Khánh Hòa, ngày 03 tháng 3 năm 2026

QUYẾT ĐỊNH
Về việc ban hành Quy chế dữ liệu

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH

Căn cứ Nghị định số 47/2020/NĐ-CP ngày 09/4/2020 của Chính phủ về quản lý dữ liệu số;

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này Quy chế dữ liệu.
Điều 2. Giao Sở Khoa học và Công nghệ chủ trì, phối hợp với Sở Nội vụ thực hiện; báo cáo trước ngày 25 hằng tháng.
"""


def read(tmp_path: Path, text: str) -> Directive:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    return read_directive(tmp_path / "a.txt")


def test_a_letter_has_its_subject_behind_its_number_and_is_addressed(tmp_path: Path) -> None:
    found = read(tmp_path, LETTER)
    head = found.head
    assert head.type and head.subject and head.signatory
    assert (head.type.value, head.subject.value) == ("Công văn", "rà soát số liệu báo cáo quý")
    assert head.signatory.value == "Lê Thị Bình"
    assert [r.value for r in head.recipients][:2] == ["Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường, đặc khu"]
    assert [c.subject for c in found.citations] == ["về việc chuẩn hóa số liệu"]


def test_what_follows_a_paragraph_that_announces_orders_is_ordered(tmp_path: Path) -> None:
    tasks = read(tmp_path, LETTER).tasks
    assert [(t.clause, t.leads[0].name, t.deadline.date if t.deadline else None) for t in tasks] == [
        ("1", "Các sở, ban, ngành", date(2026, 4, 20)),
        ("2", "Công an tỉnh", date(2026, 6, 30)),
    ]
    assert len(tasks[0].leads[0].units) > 10


def test_a_plan_names_agencies_and_deadline_on_lines_below_the_task(tmp_path: Path) -> None:
    first, second = read(tmp_path, PLAN).tasks
    assert first.text == "Lập danh mục dữ liệu mở của các ngành." and first.clause == "I.1"
    assert [a.units for a in first.leads] == [("56-SKHCN",)]
    assert [a.name for a in first.coordinating] == ["Sở Tư pháp", "Sở Y tế"]
    assert first.deadline and (first.deadline.text, first.deadline.date) == ("Quý III/2026", date(2026, 9, 30))
    assert first.deliverable and first.deliverable.value == "Quyết định ban hành danh mục"
    assert (second.clause, second.leads[0].name) == ("II.1", "Sở Tài chính")
    assert second.coordinating[0].name == "Sở Khoa học và Công nghệ"


def test_articles_are_clauses_and_the_subject_ends_before_who_decides(tmp_path: Path) -> None:
    found = read(tmp_path, DECISION)
    assert found.head.subject and found.head.subject.value == "Về việc ban hành Quy chế dữ liệu"
    (task,) = found.tasks
    assert (task.clause, task.leads[0].name) == ("Điều 2", "Sở Khoa học và Công nghệ")
    assert task.recurrence and task.recurrence.value == "ngày 25 hằng tháng"


CONCLUSION = """VĂN PHÒNG CHÍNH PHỦ
Số: 91/TB-VPCP
Hà Nội, ngày 22 tháng 5 năm 2026

THÔNG BÁO
kết luận của Thủ tướng Chính phủ tại phiên họp về dữ liệu

Sau khi nghe báo cáo và ý kiến phát biểu của các đại biểu dự họp, Thủ tướng Chính phủ kết luận như sau:

1. Ghi nhận, biểu dương Bộ Nội vụ và các cơ quan đã có nhiều cố gắng trong thời gian vừa qua.
2. Bộ Khoa học và Công nghệ chủ trì, phối hợp với Bộ Văn hóa, Thể thao và Du lịch và các cơ quan liên quan lập \
danh mục, báo cáo Thủ tướng Chính phủ trong quý III năm 2026.
3. Các bộ, cơ quan ngang bộ; Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương:
- Chia sẻ dữ liệu trước ngày 30/6/2026.
4. Định kỳ vào thứ Sáu hằng tuần, các cơ quan, đơn vị báo cáo về Văn phòng Chính phủ.
5. Giao Giám đốc Sở Tài chính rà soát kinh phí.
"""


def test_agencies_of_the_centre_are_whole_and_praise_is_no_task(tmp_path: Path) -> None:
    found = read(tmp_path, CONCLUSION)
    assert found.head.subject and found.head.subject.value.startswith("kết luận của Thủ tướng Chính phủ")
    assert [(t.clause, t.leads[0].name) for t in found.tasks] == [
        ("2", "Bộ Khoa học và Công nghệ"),
        ("3", "Các bộ, cơ quan ngang bộ"),
        ("4", "các cơ quan, đơn vị"),
        ("5", "Sở Tài chính"),
    ]
    first, _, weekly, last = found.tasks
    assert [a.name for a in first.coordinating] == ["Bộ Văn hóa, Thể thao và Du lịch", "các cơ quan liên quan"]
    assert first.deadline and first.deadline.date == date(2026, 9, 30)
    assert weekly.recurrence and [a.name for a in weekly.report_to] == ["Văn phòng Chính phủ"]
    assert last.leads[0].units == ("56-STC",)
