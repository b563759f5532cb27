"""Delimited text that somebody spoiled in one way, at any place: the clean table comes back."""

from __future__ import annotations

import csv
import io
import random

import pytest

from assets.read import read_bytes
from data.table import Table, UnreadableError

HEAD = ["Mã", "Tên đơn vị", "Ngày", "Số tiền", "Diễn giải", "Nguồn"]
NOTES = ("Chi trả chế độ, tháng 3", 'Màn hình 24" và bàn phím', "Sửa chữa trụ sở, đợt 1", "Mua sách cho thư viện")


def rows(count: int = 14) -> list[list[str]]:
    chance = random.Random(count)
    return [
        [
            f"K{i:03d}",
            f"Trường số {i}",
            f"{i + 1:02d}/03/2026",
            str(chance.randint(100, 9999)),
            chance.choice(NOTES),
            "",
        ]
        for i in range(count)
    ]


def line(row: list[str], delimiter: str = ",", quote: str = '"') -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quotechar=quote, lineterminator="").writerow(row)
    return out.getvalue()


def lines(delimiter: str = ",") -> list[str]:
    return [line(row, delimiter) for row in (HEAD, *rows())]


def table(texts: list[str], end: str = "\r\n", encoding: str = "utf-8") -> Table:
    return read_bytes((end.join(texts) + end).encode(encoding), "a.csv").tables[0]


def values(found: Table) -> list[list[str]]:
    return [list(found.header), *[[value or "" for value in row] for row in found.frame.rows()]]


CLEAN = [HEAD, *rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "§", "¦"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_delimiter_in_any_encoding(delimiter: str, encoding: str) -> None:
    assert values(table(lines(delimiter), encoding=encoding)) == CLEAN


@pytest.mark.parametrize("place", [1, 5, 14])
@pytest.mark.parametrize("column", range(6))
def test_one_delimiter_too_many(place: int, column: int) -> None:
    spoiled = lines()
    cells = [line([cell]) if cell else "" for cell in CLEAN[place]]
    spoiled[place] = ",".join([*cells[:column], "", *cells[column:]])
    found = table(spoiled)
    assert values(found) == CLEAN
    if column < 5:
        assert [(r.row, r.kind) for r in found.repairs if r.kind == "realigned"] == [(place + 1, "realigned")]


@pytest.mark.parametrize("place", [1, 7, 14])
@pytest.mark.parametrize("delimiter", [";", "\t", "|", ", "])
def test_one_line_with_another_delimiter(place: int, delimiter: str) -> None:
    spoiled = lines()
    row = CLEAN[place]
    spoiled[place] = (
        delimiter.join(line([cell]) if cell else "" for cell in row) if len(delimiter) > 1 else line(row, delimiter)
    )
    assert values(table(spoiled)) == CLEAN


@pytest.mark.parametrize("place", [1, 7, 14])
def test_one_line_with_another_quotation_mark(place: int) -> None:
    clean = [list(row) for row in CLEAN]
    clean[place][4] = "Chi trả chế độ, tháng 3, đợt 2"
    spoiled = [line(row) for row in clean]
    spoiled[place] = line(clean[place], quote="'")
    assert values(table(spoiled)) == clean


def test_a_missing_delimiter_between_quoted_cells() -> None:
    plain = [HEAD, *([*row[:4], "Mua sách", *row[5:]] for row in rows())]
    quoted = [",".join(f'"{cell}"' for cell in row) for row in plain]
    quoted[4] = quoted[4].replace('","Mua', '""Mua')
    found = table(quoted)
    assert found.frame.row(3)[3:5] == (rows()[3][3], "Mua sách")
    assert next(r.row for r in found.repairs if r.kind == "realigned") == 5


def test_lines_over_records_without_a_header_are_titles() -> None:
    found = table(["Báo cáo tháng 3", "Sở Tài chính", *lines()[1:]])
    assert found.header == () and found.titles == ("Báo cáo tháng 3", "Sở Tài chính") and found.frame.height == 14


@pytest.mark.parametrize("count", [1, 2, 3])
def test_short_files_under_long_titles_are_tables(count: int) -> None:
    over = ["Monthly expenditure report", "Period: July 2017", "# source: portal", ""]
    found = table([*over, *lines()[: count + 1]])
    assert list(found.header) == HEAD and found.frame.height == count


def test_records_of_words_without_a_header_keep_their_first_one() -> None:
    found = table(["N/A,Vacant,SCS1,Head of HR,HR", "90001,Anne Lee,SCS1,Chief Executive,HR"])
    assert found.frame.height + bool(found.header) == 2


def test_words_that_spaces_separate_are_no_table() -> None:
    text = "Kính gửi các đơn vị\nĐề nghị các xã báo cáo số liệu\nTrước ngày mười lăm hằng tháng\n"
    with pytest.raises(UnreadableError):
        read_bytes((text * 3).encode(), "a.txt")
