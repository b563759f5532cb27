"""Small whole files of every form that the hub reads, built in code: what the fuzzer breaks."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from tests.assets.read.books import BUDGET, BUDGET_MERGES, Cell, write

__all__ = ["Seed", "seeds"]

Seed = tuple[str, bytes]
"""(ending, bytes)"""

ROWS: list[list[Cell]] = [
    ["STT", "Tên xã", "Số hộ", "Tỷ lệ (%)", "Ngày báo cáo", "Ghi chú"],
    [1, "Phường Nha Trang", 12345, 0.125, date(2026, 10, 5), "đạt"],
    [2, "Xã Vạn Thắng", 678, 12.5, date(2026, 10, 6), None],
    [3, "Đặc khu Trường Sa", 9, None, date(2026, 10, 7), "=1+1"],
    [None, "Tổng cộng", 13032, None, None, "x"],
]
_XLSB_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Target="worksheets/sheet1.bin" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
    b'<Relationship Id="rId2" Target="sharedStrings.bin" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)


@cache
def seeds() -> tuple[Seed, ...]:
    """All seeds, always the same and in the same order."""
    return (*_workbooks(), *_texts(), *_markups(), ("parquet", _parquet()), *_archives())


def _book(kind: str, rows: list[list[Cell]], merges: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / f"a.{kind}", kind, {"Biểu 1": rows}, merges).read_bytes()


def _workbooks() -> list[Seed]:
    found = [(kind, _book(kind, ROWS)) for kind in ("xlsx", "xls", "ods")]
    found += [(kind, _book(kind, BUDGET, BUDGET_MERGES)) for kind in ("xlsx", "xls", "ods")]
    found.append(("xlsm", _with_macros(found[0][1])))
    found.append(("xlsb", _binary_book()))
    return found


def _with_macros(raw: bytes) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(raw))
    members = {name: source.read(name) for name in source.namelist()}
    members["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    return _zipped(members)


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, raw in members.items():
            package.writestr(name, raw)
    return out.getvalue()


def _record(number: int, body: bytes = b"") -> bytes:
    """A record of a binary workbook: its number and its size in groups of seven bits ([MS-XLSB] 2.1.4)."""
    kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return kind + size + body


def _wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def _binary_book() -> bytes:
    """A binary workbook of three rows, written record by record ([MS-XLSB])."""
    words = ["Tên xã", "Số hộ", "Xã Vạn Thắng", "Phường Nha Trang"]
    strings = _record(159, len(words).to_bytes(4, "little") * 2)
    strings += b"".join(_record(19, b"\0" + _wide(word)) for word in words) + _record(160)
    sheet = _record(129) + _record(148, b"".join(n.to_bytes(4, "little") for n in (0, 2, 0, 1))) + _record(145)
    cells: list[list[tuple[int, bytes]]] = [
        [(7, (0).to_bytes(4, "little")), (7, (1).to_bytes(4, "little"))],
        [(7, (2).to_bytes(4, "little")), (2, (678 << 2 | 2).to_bytes(4, "little"))],
        [(7, (3).to_bytes(4, "little")), (2, (12345 << 2 | 2).to_bytes(4, "little"))],
    ]
    for row, line in enumerate(cells):
        sheet += _record(0, row.to_bytes(4, "little") + bytes(13))
        for column, (number, value) in enumerate(line):
            sheet += _record(number, column.to_bytes(4, "little") + bytes(4) + value)
    sheet += _record(146) + _record(130)
    book = _record(131) + _record(143)
    book += _record(156, bytes(4) + (1).to_bytes(4, "little") + _wide("rId1") + _wide("T10"))
    return _zipped(
        {
            "[Content_Types].xml": _XLSB_TYPES,
            "xl/workbook.bin": book + _record(144) + _record(132),
            "xl/_rels/workbook.bin.rels": _RELATIONS,
            "xl/sharedStrings.bin": strings,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _lines(delimiter: str, quote: str = "") -> str:
    rows = [[f"{quote}{'' if cell is None else cell}{quote}" for cell in row] for row in ROWS]
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


def _texts() -> list[Seed]:
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    nested = [{"xa": {"ma": "22366", "ten": "Nha Trang"}, "so": [1, 2.5e3, None], "dung": True} for _ in range(3)]
    return [
        ("csv", _lines(",", '"').encode("utf-8-sig")),
        ("csv", _lines(";").encode("utf-16")),
        ("csv", _lines("|", "'").encode("cp1258", "replace")),
        ("tsv", _lines("\t").encode()),
        ("csv", ("BÁO CÁO THÁNG 10\r\n\r\nĐơn vị: triệu đồng\r\n" + _lines(",")).encode()),
        ("json", json.dumps({"data": records}, default=str, ensure_ascii=False).encode()),
        ("json", json.dumps(nested).encode()),
        ("ndjson", "\n".join(json.dumps(r, default=str) for r in records).encode()),
    ]


def _markups() -> list[Seed]:
    lines = "".join(f"<tr>{''.join(f'<td x:num>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    page = f'<html><meta charset="utf-8"><table border=1><tr><th colspan="6">Biểu</th></tr>{lines}</table></html>'
    names = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = "".join(f"<Row>{''.join(map(_old_cell, row))}</Row>" for row in ROWS)
    sheet = f'<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet>'
    book = f'<?xml version="1.0"?><Workbook xmlns="{names}" xmlns:ss="{names}">{sheet}</Workbook>'
    return [("xls", page.encode()), ("xml", book.encode())]


def _old_cell(value: Cell) -> str:
    """A cell of an Excel 2003 xml workbook."""
    kind = "Number" if isinstance(value, (int, float)) else "String"
    return "<Cell/>" if value is None else f'<Cell ss:MergeDown="0"><Data ss:Type="{kind}">{value}</Data></Cell>'


def _parquet() -> bytes:
    out = io.BytesIO()
    frame = pl.DataFrame(
        {"ten": ["a", None, "Xã"], "so": [1, 2, None], "ty": [0.5, 1e300, None], "ds": [[1], [], None]}
    )
    frame.write_parquet(out)
    return out.getvalue()


def _archives() -> list[Seed]:
    return [
        ("zip", _zipped({"so_lieu/T10.csv": _lines(",").encode()})),
        ("zip", _zipped({"T10.xlsx": _book("xlsx", ROWS)})),
    ]
