"""The older and rarer workbooks: xls as Excel 97 wrote it, ods as LibreOffice does."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

from assets.demo.sheet import Document, Value

__all__ = ["ods_bytes", "xls_bytes"]

_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = "urn:oasis:names:tc:opendocument:xmlns"


def xls_bytes(document: Document) -> bytes:
    """The document as an Excel 97 workbook."""
    import xlwt  # type: ignore[import-untyped]

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    moment = xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM:SS")
    for sheet in document.sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = 1 if sheet.hidden else 0
        covered = {(r1, c1): (r2, c2) for r1, c1, r2, c2 in sheet.merges if (r1, c1) != (r2, c2)}
        for row, cells in enumerate(sheet.cells):
            for column, value in enumerate(cells):
                if value is None:
                    continue
                if (row, column) in covered:
                    last_row, last_column = covered[row, column]
                    page.write_merge(row, last_row, column, last_column, value)
                elif isinstance(value, date):
                    page.write(row, column, value, moment if isinstance(value, datetime) else day)
                else:
                    page.write(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_bytes(document: Document) -> bytes:
    """The document as an OpenDocument spreadsheet."""
    tables = []
    for sheet in document.sheets:
        spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in sheet.merges if (r1, c1) != (r2, c2)}
        rows = []
        for row, cells in enumerate(sheet.cells):
            written = "".join(_ods_cell(value, spans.get((row, c))) for c, value in enumerate(cells))
            rows.append(f"<table:table-row>{written or '<table:table-cell/>'}</table:table-row>")
        hidden = ' table:style-name="hidden"' if sheet.hidden else ""
        tables.append(f'<table:table table:name="{escape(sheet.name)}"{hidden}>{"".join(rows)}</table:table>')
    names = " ".join(
        f'xmlns:{short}="{_SPACES}:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
        '<office:automatic-styles><style:style style:name="hidden" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_SPACES}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in (("mimetype", _ODS_TYPE), ("META-INF/manifest.xml", manifest), ("content.xml", content)):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 8, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(info, text)
    return out.getvalue()


def _ods_cell(value: Value, span: tuple[int, int] | None) -> str:
    merged = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if value is None:
        return f"<table:table-cell{merged}/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string"{merged}><text:p>{escape(value)}</text:p></table:table-cell>'
        )
    if isinstance(value, date):
        kind, shown = ' office:value-type="date" office:date-value', value.isoformat()
    else:
        kind, shown = ' office:value-type="float" office:value', repr(value)
    return f'<table:table-cell{kind}="{shown}"{merged}><text:p>{shown}</text:p></table:table-cell>'
