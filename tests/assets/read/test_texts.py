"""Delimited text in any encoding and delimiter, json, ndjson and parquet."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.read import read_bytes
from data.table import Reading, UnreadableError

ROWS = [
    ["Mã xã", "Tên xã", "Số hộ", "Ngày"],
    ["22363", "Phường Nha Trang", "1234", "05/03/2026"],
    ["22366", "Xã Vạn Thắng, huyện cũ Vạn Ninh", "56", "06/03/2026"],
    ["22369", "Xã Đại Lãnh", "789", "07/03/2026"],
]


def as_text(delimiter: str = ",", rows: list[list[str]] = ROWS, end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def grid(reading: Reading) -> list[list[str]]:
    table = reading.tables[0]
    return [list(table.header), *[[value or "" for value in row] for row in table.frame.rows()]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    reading = read_bytes(as_text(delimiter, end=end).encode(), "a.csv")
    assert grid(reading) == ROWS
    assert reading.delimiter == delimiter and reading.format == ("tsv" if delimiter == "\t" else "csv")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_unicode_encodings(encoding: str, said: str) -> None:
    reading = read_bytes(as_text().encode(encoding), "a.csv")
    assert grid(reading) == ROWS and reading.encoding == said


@pytest.mark.parametrize("legacy", ["tcvn3", "vni"])
def test_legacy_vietnamese_encodings(legacy: str) -> None:
    from data.legacy_font import from_unicode

    raw = from_unicode(as_text(), legacy).encode("latin-1")  # type: ignore[arg-type]
    reading = read_bytes(raw, "a.csv")
    assert reading.encoding == legacy
    assert grid(reading)[1][1] == "Phường Nha Trang"


def test_west_european_text_is_not_taken_for_vietnamese() -> None:
    reading = read_bytes("Straße;Größe\nMünchener Straße;12\nÄußere Mühle;7\n".encode("cp1252"), "a.csv")
    assert reading.encoding == "cp1252" and reading.tables[0].header == ("Straße", "Größe")


def test_double_encoded_text_is_listed_as_a_repair() -> None:
    rows = [["Xã", "Số"], ["KhÃ¡nh HÃ²a", "1"], ["Háº¡nh", "2"]]
    table = read_bytes(as_text(rows=rows).encode(), "a.csv").tables[0]
    assert next((r.cell, r.after, r.kind) for r in table.repairs) == ("A2", "Khánh Hòa", "double_encoded")


def test_records_without_a_header() -> None:
    reading = read_bytes(as_text(rows=ROWS[1:]).encode(), "a.csv")
    assert reading.tables[0].header == () and reading.tables[0].frame.height == 3


def test_titles_and_empty_lines_over_the_header() -> None:
    text = "Báo cáo tháng 3\n\n" + as_text(end="\n") + "\n"
    table = read_bytes(text.encode(), "a.csv").tables[0]
    assert table.header == tuple(ROWS[0]) and table.header_rows == (3,) and table.rows.to_list() == [4, 5, 6]


def test_a_stray_quotation_mark_does_not_swallow_the_rest() -> None:
    text = 'a,b,c\n1,"x,"long text, with comma"\n2,y,"fine, too"\n3,"z,last\n'
    table = read_bytes(text.encode(), "a.csv").tables[0]
    assert table.frame.rows() == [("1", '"x', "long text, with comma"), ("2", "y", "fine, too"), ("3", '"z', "last")]


def test_one_delimiter_too_many_does_not_shift_a_row() -> None:
    rows = [[str(i), f"Xã {i}", f"{i}/03/2026", "10"] for i in range(1, 20)]
    lines = ["id,ten,ngay,so", *[",".join(row) for row in rows]]
    lines[5] = "5,Xã 5,,5/03/2026,10"
    table = read_bytes("\n".join(lines).encode(), "a.csv").tables[0]
    assert table.frame.row(4) == ("5", "Xã 5", "5/03/2026", "10")


def test_values_are_never_lost_when_a_row_is_too_long() -> None:
    lines = ["id,ten,so", *[f"{i},Xã {i},{i * 10}" for i in range(1, 10)], "10,Xã 10,100,thừa"]
    table = read_bytes("\n".join(lines).encode(), "a.csv").tables[0]
    assert table.frame.row(9) == ("10", "Xã 10", "100", "thừa")


def test_running_text_is_no_table() -> None:
    with pytest.raises(UnreadableError) as raised:
        read_bytes(
            ("Kính gửi các đơn vị thuộc tỉnh để biết và thực hiện theo đúng quy định hiện hành\n" * 3).encode(), "a.txt"
        )
    assert raised.value.code == "not_a_table"


def test_json_records_keep_numbers_exactly() -> None:
    text = (
        '{"data": [{"ma": "01", "so": 1.10, "ct": {"xa": "A"}}, {"ma": "02", "so": 12345678901234567890, "x": null}]}'
    )
    reading = read_bytes(text.encode(), "a.json")
    table = reading.tables[0]
    assert table.header == ("ma", "so", "ct.xa", "x") and reading.format == "json"
    assert table.frame.rows() == [("01", "1.10", "A", None), ("02", "12345678901234567890", None, None)]
    assert table.rows.to_list() == [1, 2]


def test_ndjson() -> None:
    reading = read_bytes(b'{"a": 1, "b": true}\n{"a": 2, "b": false}\n', "a.json")
    assert reading.format == "ndjson" and reading.tables[0].frame.rows() == [("1", "TRUE"), ("2", "FALSE")]


def test_parquet() -> None:
    from datetime import date

    out = io.BytesIO()
    pl.DataFrame({"xa": ["A", None], "so": [1.0, 2.5], "ngay": [date(2026, 1, 2), None]}).write_parquet(out)
    table = read_bytes(out.getvalue(), "a.parquet").tables[0]
    assert table.header == ("xa", "so", "ngay")
    assert table.frame.rows() == [("A", "1", "2026-01-02"), (None, "2.5", None)]
    assert table.rows.to_list() == [1, 2]


def test_html_named_xls() -> None:
    page = """<html><body><table><tr><th rowspan=2>Xã</th><th colspan=2>Số hộ</th></tr>
    <tr><th>Nghèo</th><th>Cận nghèo</th></tr><tr><td>A</td><td>1</td><td>2</td></tr>
    <tr><td>B</td><td>3</td><td>4</td></tr></table></body></html>"""
    reading = read_bytes(page.encode(), "a.xls")
    assert reading.format == "html"
    assert reading.tables[0].header == ("Xã", "Số hộ Nghèo", "Số hộ Cận nghèo")


CELLS = st.text(alphabet=st.sampled_from('abcxyzăđổ 019.,;"-'), max_size=8).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8))
def test_every_written_cell_is_read_again(rows: list[list[str]]) -> None:
    """Whatever the shape detector thinks of the rows, no value of a well-formed csv is lost or changed."""
    named = [["Tên gọi", "Số lượng", "Ghi chú"], *[["w" + row[0], *row[1:]] for row in rows]]
    reading = read_bytes(as_text(";", named).encode(), "a.csv")
    seen = [value for table in reading.tables for row in table.frame.rows() for value in row if value]
    seen += [text for table in reading.tables for text in (*table.header, *table.titles, *table.notes)]
    for row in named:
        for value in row:
            assert not value.strip() or any(value in text for text in seen)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_tables_or_one_clear_refusal(raw: bytes) -> None:
    try:
        reading = read_bytes(raw, "x.csv")
    except UnreadableError as error:
        assert error.vi and error.en and "\n" not in str(error)
    else:
        assert reading.tables
        json.dumps([table.frame.rows() for table in reading.tables])
