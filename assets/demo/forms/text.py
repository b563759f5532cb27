"""Text forms: csv in the encodings and dialects of Vietnamese offices; json from an interface; parquet."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from assets.demo.sheet import DemoRow, Document, Value, day_first, vietnamese
from data.contract import Contract
from data.vietnamese_text import from_unicode

__all__ = ["csv_bytes", "json_bytes", "parquet_bytes", "zip_bytes"]

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def csv_bytes(document: Document, encoding: str, delimiter: str, decimal_comma: bool, real: frozenset[int]) -> bytes:
    """The main sheet as delimited text. `real` are the columns (from 0) whose numbers always show their decimals."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for cells in document.main.cells:
        writer.writerow([_text(v, decimal_comma, place in real) for place, v in enumerate(cells)])
    return _encoded(out.getvalue(), encoding)


def _text(value: Value, decimal_comma: bool, real: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return day_first(value)
    if not decimal_comma:
        return repr(value)
    if not real:
        return vietnamese(value)
    decimals = len(repr(float(value)).partition(".")[2])
    return vietnamese(float(value), max(1, decimals))


def _encoded(text: str, encoding: str) -> bytes:
    if encoding == "tcvn3":
        return from_unicode(text, "tcvn3").encode("latin-1", errors="replace")
    if encoding == "cp1258":
        return _decomposed_tones(text).encode("cp1258", errors="replace")
    return text.encode(encoding)


def _decomposed_tones(text: str) -> str:
    """Vietnamese as windows-1258 stores it: letters composed, tones as marks of their own."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in _TONES)
        out.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES)) + tone)
    return "".join(out)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def json_bytes(rows: Sequence[DemoRow], columns: Sequence[str], *, lines: bool) -> bytes:
    """Records as an app's interface gives them: a list under "data", or one record a line."""
    records = [{c: _plain(row.raw.get(c, row.values.get(c))) for c in columns} for row in rows]
    if lines:
        return "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()
    return json.dumps({"data": records, "total": len(records)}, ensure_ascii=False, indent=1).encode()


_POLARS: dict[str, type[pl.DataType]] = {
    "string": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean, "date": pl.Date,
    "timestamp": pl.Datetime,
}  # fmt: skip


def parquet_bytes(rows: Sequence[DemoRow], contract: Contract, left_out: frozenset[str] = frozenset()) -> bytes:
    """A station's export; a column with a cell of the wrong type is stored as text throughout."""
    series = []
    for column in contract.columns:
        if column.name in left_out:
            continue
        values = [row.raw.get(column.name, row.values.get(column.name)) for row in rows]
        if any(isinstance(v, str) for v in values) and column.type != "string":
            texts = [None if v is None else v if isinstance(v, str) else str(_plain(v)) for v in values]
            series.append(pl.Series(column.name, texts, dtype=pl.String))
        else:
            series.append(pl.Series(column.name, values, dtype=_POLARS[column.type], strict=False))
    out = io.BytesIO()
    pl.DataFrame(series).write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def zip_bytes(name: str, content: bytes) -> bytes:
    """A zip with one file inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        info = zipfile.ZipInfo(name, (2026, 1, 1, 8, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        package.writestr(info, content)
    return out.getvalue()
