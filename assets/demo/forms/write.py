"""One door to every format: a laid-out document or its records as the bytes of a file."""

from __future__ import annotations

from assets.demo.forms.old import ods_bytes, xls_bytes
from assets.demo.forms.text import csv_bytes, json_bytes, parquet_bytes, zip_bytes
from assets.demo.forms.xlsx import xlsx_bytes
from assets.demo.layout import Placed, Style
from assets.demo.sheet import DemoRow
from data.contract import Contract

__all__ = ["extension", "write_form"]


def extension(form: str) -> str:
    """File extension of a form: "csv:utf-16" → csv, "zip:csv" → zip."""
    return form.partition(":")[0]


def write_form(
    form: str,
    contract: Contract,
    style: Style,
    placed: Placed,
    rows: list[DemoRow],
    stem: str,
    left_out: frozenset[str] = frozenset(),
) -> bytes:
    """The file's bytes in one of the forms."""
    kind, _, variant = form.partition(":")
    if kind in {"csv", "zip"}:
        real = frozenset(placed.columns[c.name] - 1 for c in contract.columns
                         if c.type == "number" and c.name in placed.columns)  # fmt: skip
        encoding = variant if kind == "csv" else "utf-8-sig"
        delimiter = ";" if style.decimal_comma and style.delimiter == "," else style.delimiter
        content = csv_bytes(placed.document, encoding, delimiter, style.decimal_comma, real)
        return content if kind == "csv" else zip_bytes(f"{stem}.csv", content)
    if kind in {"json", "ndjson"}:
        names = [c.name for c in contract.columns if c.name not in left_out]
        return json_bytes(rows, names, lines=kind == "ndjson")
    if kind == "parquet":
        return parquet_bytes(rows, contract, left_out)
    return {"xlsx": xlsx_bytes, "xls": xls_bytes, "ods": ods_bytes}[kind](placed.document)
