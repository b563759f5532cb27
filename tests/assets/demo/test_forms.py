"""Every form that the demonstration writes is read back by the hub's own reader, with the cells where they were put."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assets.demo.forms import extension, write_form
from assets.demo.layout import Style, lay_out, style_of
from assets.demo.recipe import Recipe, load_recipe
from assets.demo.sheet import DemoRow, vietnamese
from assets.demo.unreadable import unreadable_bytes
from assets.demo.words import in_words
from assets.read import read_file
from data.contract import Contract, load_contracts
from data.period import Period
from data.settings import REPOSITORY
from data.table import UnreadableError

CONTRACT: Contract = load_contracts(REPOSITORY / "data" / "contracts")["lodging_guests"]
RECIPE: Recipe = load_recipe("lodging_guests")
TEXTS = ("csv:utf-8-sig", "csv:utf-16", "csv:cp1258", "csv:tcvn3", "zip:csv")
FORMS = ("xlsx", "xls", "ods", *TEXTS, "json", "ndjson", "parquet")
CODES = ("22333", "22366", "22390", "22402", "22411")


def _rows() -> list[DemoRow]:
    return [
        DemoRow({"commune_code": code, "establishments": 10 + n, "rooms": 1200 + n, "rooms_occupied": 23456 + n,
                 "domestic_guests": 30000 + n, "foreign_guests": 4000 + n, "guest_nights": 68000 + n,
                 "revenue": 15234.5 + n})
        for n, code in enumerate(CODES)
    ]  # fmt: skip


def _style(form: str) -> Style:
    return replace(
        style_of(CONTRACT, RECIPE, "56-SVHTTDL", 57), form=form, names="name", dirt=(), titles=2, totals=True
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_read_back_with_its_rows_where_they_were_put(form: str, tmp_path: Path) -> None:
    style, rows = _style(form), _rows()
    if form.startswith(("csv", "zip")):
        style = replace(style, titles=0)
    in_words(CONTRACT, style, rows, "56")
    placed = lay_out(CONTRACT, RECIPE, style, rows, Period.parse("2026-10"), "Sở X", date(2026, 11, 4))
    path = tmp_path / f"file.{extension(form)}"
    path.write_bytes(write_form(form, CONTRACT, style, placed, rows, "file"))
    table = max(read_file(path).tables, key=lambda t: t.frame.height)
    assert table.row_roles.to_list().count("detail") == len(rows)
    if not form.startswith(("json", "ndjson", "parquet")):
        assert tuple(table.rows.to_list()[: len(rows)]) == placed.rows
        at = table.columns.index(placed.columns["commune_code"])
        assert table.frame.to_series(at).to_list()[0] == "Phường Bắc Nha Trang"


@pytest.mark.parametrize("kind", ["encrypted", "damaged", "pdf"])
def test_what_is_meant_to_be_unreadable_is(kind: str, tmp_path: Path) -> None:
    content, suffix = unreadable_bytes(kind)
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content)
    with pytest.raises(UnreadableError):
        read_file(path)


def test_numbers_are_written_as_offices_do() -> None:
    assert vietnamese(1234567) == "1.234.567"
    assert vietnamese(1234567.5) == "1.234.567,5"
    assert vietnamese(0.25, 3) == "0,250"
