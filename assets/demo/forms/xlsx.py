"""A small, fast xlsx writer for thousands of little workbooks: what a spreadsheet program would store, no more."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

from assets.demo.sheet import Document, Sheet, Value
from data.table import cell_address, column_letters

__all__ = ["xlsx_bytes"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STAMP = (2026, 1, 1, 8, 0, 0)
_BASE = date(1899, 12, 30).toordinal()
_DATE, _MOMENT, _BOLD = 1, 2, 3

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="12"/><name val="Times New Roman"/></font>'
    '<font><b/><sz val="12"/><name val="Times New Roman"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)
_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def xlsx_bytes(document: Document) -> bytes:
    """The document as an xlsx workbook; the same document always gives the same bytes."""
    shared: dict[str, int] = {}
    parts = [_sheet_xml(sheet, shared) for sheet in document.sheets]
    count = len(parts)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for i in range(1, count + 1)
    )
    listed = "".join(
        f'<sheet name="{escape(s.name)}" sheetId="{i}"{" state=" + chr(34) + "hidden" + chr(34) if s.hidden else ""} '
        f'r:id="rId{i}"/>'
        for i, s in enumerate(document.sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, count + 1)
    )
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
    files = {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>'
        ),
        "_rels/.rels": _RELS,
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rId{count + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rId{count + 2}" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(shared)}">{strings}</sst>',
        **{f"xl/worksheets/sheet{i}.xml": part for i, part in enumerate(parts, 1)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, text)
    return out.getvalue()


def _sheet_xml(sheet: Sheet, shared: dict[str, int]) -> str:
    heads = {top for top, *_ in sheet.merges}
    rows = []
    for number, cells in enumerate(sheet.cells, 1):
        written = "".join(
            _cell(column_letters(place), number, value, shared, number - 1 in heads)
            for place, value in enumerate(cells, 1)
            if value is not None
        )
        if written:
            rows.append(f'<row r="{number}">{written}</row>')
    merged = "".join(
        f'<mergeCell ref="{cell_address(r1 + 1, c1 + 1)}:{cell_address(r2 + 1, c2 + 1)}"/>'
        for r1, c1, r2, c2 in sheet.merges
        if (r1, c1) != (r2, c2)
    )
    count = sum((r1, c1) != (r2, c2) for r1, c1, r2, c2 in sheet.merges)
    tail = f'<mergeCells count="{count}">{merged}</mergeCells>' if merged else ""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData>{tail}</worksheet>'


def _cell(letters: str, row: int, value: Value, shared: dict[str, int], bold: bool) -> str:
    place = f'r="{letters}{row}"'
    if isinstance(value, str):
        index = shared.setdefault(value, len(shared))
        return f'<c {place}{f" s={chr(34)}{_BOLD}{chr(34)}" if bold else ""} t="s"><v>{index}</v></c>'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c {place} s="{_MOMENT}"><v>{value.toordinal() - _BASE + seconds / 86400!r}</v></c>'
    if isinstance(value, date):
        return f'<c {place} s="{_DATE}"><v>{value.toordinal() - _BASE}</v></c>'
    return f"<c {place}><v>{value!r}</v></c>"
