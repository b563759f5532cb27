"""A notice of our own making, as the offices write them, in each format that is read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = ["NOTICE", "docx", "pdf"]

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH KHÁNH HÒA

Số: 77/TB-UBND

Khánh Hòa, ngày 03 tháng 3 năm 2026

THÔNG BÁO

Kết luận tại cuộc họp về dữ liệu dùng chung

Ngày 02/3/2026, Chủ tịch UBND tỉnh chủ trì cuộc họp nghe báo cáo việc thực hiện Nghị quyết số 12-NQ/TU ngày 15/01/2025 \
của Tỉnh ủy về dữ liệu; sau khi nghe ý kiến các đại biểu, Chủ tịch UBND tỉnh kết luận như sau:

I. KẾT QUẢ

1. Tỷ lệ hồ sơ trực tuyến đạt 82,5% trong năm 2025; chỉ số chuyển đổi số xếp thứ 12/34 tỉnh, thành phố.

II. NHIỆM VỤ

1. Về dữ liệu

- Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ và các cơ quan, đơn vị liên quan xây dựng kế hoạch chia sẻ \
dữ liệu, trình UBND tỉnh trước ngày 15/4/2026.

- Giao Sở Y tế:

+ Hoàn thiện cơ sở dữ liệu bệnh viện trong quý III/2026.

+ Báo cáo Văn phòng UBND tỉnh định kỳ hàng tháng.

2. Yêu cầu các sở, ngành, địa phương gửi báo cáo về Sở Khoa học và Công nghệ trước 11 giờ ngày thứ 6 hàng tuần.

Nơi nhận:

- Tỉnh ủy (báo cáo);
- Các sở, ban, ngành;
- Lưu: VT.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn Minh

Phụ lục

a) Công an tỉnh: (1) rà soát dữ liệu dân cư; (2) chia sẻ dữ liệu xong trước ngày 30/6/2026.
"""


def docx(path: Path, text: str = NOTICE) -> Path:
    """The text as a docx, one paragraph a line."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.split("\n") if line.strip())
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')
    return path


def pdf(path: Path, text: str, font: Path, pages: int = 1) -> Path:
    """The text as a pdf with a text layer and page numbers, over and over for so many pages."""
    from fpdf import FPDF

    book = FPDF(format="A4")
    book.add_font("own", "", str(font))
    for number in range(1, pages + 1):
        book.add_page()
        book.set_font("own", size=11)
        book.multi_cell(0, 6, text)
        book.set_y(-20)
        book.cell(0, 6, str(number), align="C")
    book.output(str(path))
    return path
