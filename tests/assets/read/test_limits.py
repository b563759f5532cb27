"""Files made to hurt end with their tables or with one clear line, and cost next to nothing."""

from __future__ import annotations

import io
import json
import re
import struct
import time
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from assets.read import Limits, read_bytes
from assets.read.tags import split_tags
from data.table import Reading, UnreadableError
from tests.fuzz.seeds import seeds

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
)
SECRET = b'<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">'
NAMES = b"urn:schemas-microsoft-com:office:spreadsheet"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, raw in members.items():
            package.writestr(name, raw)
    return out.getvalue()


def seed(ending: str) -> bytes:
    return next(raw for kind, raw in seeds() if kind == ending)


def changed(ending: str, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """A seed with one member of its package changed."""
    source = zipfile.ZipFile(io.BytesIO(seed(ending)))
    members = {name: source.read(name) for name in source.namelist()}
    after = change(members[member])
    assert after != members[member]
    return zipped({**members, member: after})


def with_row(row: bytes) -> bytes:
    return changed("xlsx", SHEET, lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))


def outcome(raw: bytes, name: str = "tep.xlsx", limits: Limits | None = None) -> Reading | str:
    """The reading, or the code of the one clear line in which it ended; at most ten seconds either way."""
    begun = time.process_time()
    try:
        return read_bytes(raw, name, limits=limits or Limits())
    except UnreadableError as error:
        assert error.vi.startswith(f"{name}: ") and error.en.startswith(f"{name}: ") and "\n" not in str(error)
        return error.code
    finally:
        assert time.process_time() - begun < 10


def names(raw: bytes, name: str = "tep.xlsx") -> tuple[str, ...]:
    reading = outcome(raw, name)
    assert isinstance(reading, Reading), reading
    return reading.tables[0].header


HEADER = ("STT", "Tên xã", "Số hộ", "Tỷ lệ (%)", "Ngày báo cáo", "Ghi chú")


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="30"><c r="ZZZZZZ30"><v>1</v></c></row>',
        b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>',
        b'<row r="1048576"><c r="AA1048576"/>' + b"<c><v>1</v></c>" * 500 + b"</row>",
    ],
)
def test_a_value_far_away_does_not_cost_the_rectangle_up_to_it(row: bytes) -> None:
    assert outcome(with_row(row)) == "too_large"


def test_a_stray_value_in_the_last_column_is_no_reason_to_refuse() -> None:
    raw = changed("xlsx", SHEET, lambda xml: xml.replace(b"</row>", b'<c r="XFD1"><v>1</v></c></row>', 1))
    assert set(HEADER) <= set(names(raw))


@pytest.mark.parametrize("claim", [b"A1", b"A1:XFD1048576", b"A1:ZZZZZZZ99999999999", b""])
def test_a_false_extent_changes_nothing(claim: bytes) -> None:
    raw = changed("xlsx", SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % claim, xml))
    assert names(raw) == HEADER


@pytest.mark.parametrize("count", [b"4294967295", b"99999999999999999999999", b"0"])
def test_a_false_count_of_strings_changes_nothing(count: bytes) -> None:
    raw = changed("xlsx", STRINGS, lambda xml: re.sub(rb'ount="\d+"', b'ount="%s"' % count, xml))
    assert names(raw) == HEADER


def test_a_string_that_is_not_there() -> None:
    assert outcome(changed("xlsx", SHEET, lambda x: x.replace(b't="s"><v>0<', b't="s"><v>99999999<'))) == "damaged"


@pytest.mark.parametrize("trick", [LAUGHS, SECRET])
def test_entities_are_never_resolved(trick: bytes) -> None:
    raw = changed("xlsx", STRINGS, lambda x: x.replace(b"<sst", trick + b"]><sst").replace(b"STT<", b"&j;<"))
    found = outcome(raw)
    assert found == "damaged" or (isinstance(found, Reading) and "root:" not in str(found.tables[0].header))
    ods = changed(
        "ods", "content.xml", lambda x: x.replace(b"?>", b"?>" + trick + b"]>", 1).replace(b">STT<", b">&j;<")
    )
    assert outcome(ods, "tep.ods") == "damaged"
    old = seed("xml").replace(b"<Workbook", trick + b"]><Workbook", 1).replace(b">STT<", b">&j;<")
    assert outcome(old, "tep.xml") == "damaged"


@pytest.mark.parametrize("columns, rows", [(16384, 1048576), (4294967295, 1), (1, 18446744073709551615)])
def test_an_ods_cell_repeated_over_the_whole_sheet(columns: int, rows: int) -> None:
    repeats = b'<table:table-row table:number-rows-repeated="%d"><table:table-cell office:value-type="string" '
    repeats += (
        b'table:number-columns-repeated="%d"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
    )
    raw = changed("ods", "content.xml", lambda x: x.replace(b"</table:table>", repeats % (rows, columns), 1))
    assert outcome(raw, "tep.ods") == "too_large"


def test_empty_ods_rows_down_to_the_last_one_are_no_reason_to_refuse() -> None:
    row = b'<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
    row += b'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    assert names(changed("ods", "content.xml", lambda x: x.replace(b"</table:table>", row, 1)), "tep.ods") == HEADER


def test_a_member_that_unpacks_to_far_more_than_it_takes() -> None:
    assert outcome(zipped({"a.csv": b"0,0\n" * 15_000_000}), "tep.zip") == "too_large"


def test_a_member_longer_than_it_says() -> None:
    raw = bytearray(zipped({"a.csv": b"1,2\n" * 20_000_000}))
    struct.pack_into("<I", raw, 22, 10)
    struct.pack_into("<I", raw, raw.rfind(b"PK\x01\x02") + 24, 10)
    assert outcome(bytes(raw), "tep.zip") == "damaged"


def test_members_that_overlap() -> None:
    raw = zipped({"a.csv": bytes(range(256)) * 400})
    at, end = raw.rfind(b"PK\x01\x02"), raw.rfind(b"PK\x05\x06")
    entry, tail = raw[at:end], bytearray(raw[end:])
    struct.pack_into("<HHI", tail, 8, 300, 300, len(entry) * 300)
    assert outcome(raw[:at] + entry * 300 + bytes(tail), "tep.zip") == "damaged"


def test_more_members_than_anything_real_has() -> None:
    assert outcome(zipped({f"{i}.csv": b"" for i in range(20_000)}, zipfile.ZIP_STORED), "tep.zip") == "too_large"


def test_an_archive_in_an_archive() -> None:
    assert outcome(zipped({"b.zip": zipped({"a.csv": b"a,b\n1,2\n"})}), "tep.zip") == "many_files"


@pytest.mark.parametrize("member", ["../../x.csv", "/x.csv", "..\\x.csv", "C:\\x.csv", "a/../../x.csv"])
def test_a_path_that_leaves_the_archive(member: str) -> None:
    assert outcome(zipped({member: b"a,b\n1,2\n"}), "tep.zip") == "damaged"


@pytest.mark.parametrize("member", ["a" * 5000 + ".csv", "x\r\ny\x1b[2J.csv"])
def test_an_odd_name_inside_an_archive_is_only_a_name(member: str) -> None:
    assert names(zipped({member: b"ten,so\nA,1\nB,2\n"}), "tep.zip") == ("ten", "so")


def test_something_behind_the_end_changes_nothing() -> None:
    assert names(seed("xlsx") + b"rac" * 100) == HEADER


@pytest.mark.parametrize(
    "text",
    [
        b",".join([b"a"] * 1_000_000) + b"\n",
        b"a,b\n" + b"1,2\n" * 1000 + b"," * 1_000_000 + b"\n",
        b"x," * 1_000_000,
        b"a,b\n" + b'",' * 500_000,
        b'a,b\n"x",' + b"y," * 500_000,
    ],
)
def test_a_million_columns_of_text(text: bytes) -> None:
    assert outcome(text, "tep.csv") == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        b'a,b,c\n"' + b"xxx,yyy,zzz\n" * 200_000,
        b"a,b,c\n" + b'"xxx,yyy,zzz\n' * 60_000,
        b"a:b\n" + b'"x:' * 30_000 + b"\n",
        b'"' * 5_000_000,
        b'a,b\n"' + b'\\"x' * 500_000,
        b"x" * 10_000_000,
        b"a,b\n1,2\n" + b"\0" * 10_000_000,
        b"a,b\n1,2\n" + b" " * 5_000_000,
    ],
)
def test_quotes_without_end_and_lines_without_end(text: bytes) -> None:
    assert outcome(text, "tep.csv") is not None


def test_zero_bytes_in_cells_carry_nothing() -> None:
    reading = outcome(b"ten,so\nA\x00,1\nB,2\x00\n", "tep.csv")
    assert isinstance(reading, Reading) and reading.tables[0].frame.rows() == [("A", "1"), ("B", "2")]


@pytest.mark.parametrize("text", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b'[{"a":' + b"[" * 5000])
def test_json_of_a_hundred_thousand_levels(text: bytes) -> None:
    assert outcome(text, "tep.json") == "damaged"


def test_json_levels_below_the_records_are_text() -> None:
    assert names(b'[{"a":' + b"[" * 300 + b"]" * 300 + b"}]", "tep.json") == ("a",)


@pytest.mark.parametrize(
    "records",
    [
        [{f"k{i}": i for i in range(100_000)}],
        [{f"k{i}_{j}": 1 for j in range(10)} for i in range(3000)],
        [[1] * 200_000, *[[1]] * 1000],
    ],
)
def test_json_of_too_many_columns(records: list[object]) -> None:
    assert outcome(json.dumps(records).encode(), "tep.json") == "too_large"


def test_json_numbers_keep_every_digit() -> None:
    huge = "9" * 5000
    text = '[{"a":1e999999,"b":-1E-999999,"c":' + huge + ',"d":1.50e2,"e":12345678901234567890.5e1,"f":NaN}]'
    reading = outcome(text.encode(), "tep.json")
    assert isinstance(reading, Reading)
    assert reading.tables[0].frame.row(0) == ("1e999999", "-1E-999999", huge, "150", "123456789012345678905", "NaN")


def test_json_halves_of_characters_can_be_written_out() -> None:
    assert names(b'[{"\\ud800a":"\\udfff"}]', "tep.json") == ("\ufffda",)


@pytest.mark.parametrize(
    "body",
    [
        b"<!--" * 200_000,
        b"<td a" * 200_000,
        b"<td x='" * 200_000,
        b"<" * 100_000,
        b"<table><tr><td>" * 20_000,
        b"<![" * 200_000,
        b"<td colspan=" + b"9" * 6000 + b">a</td><td colspan='\xc2\xb2'>b</td></tr><tr><td>1<td>2",
        b"&#" + b"9" * 6000 + b";</td><td>b</td></tr><tr><td>1<td>2",
    ],
)
def test_html_that_never_closes(body: bytes) -> None:
    assert outcome(b"<html><table><tr><td>" + body, "tep.xls") is not None


def test_html_cells_that_spread_without_end() -> None:
    row = b"<tr>" + b"<td rowspan=1000 colspan=1000>x</td>" * 2 + b"</tr>"
    assert outcome(b"<html><table>" + row * 1000, "tep.xls") == "too_large"


def test_html_attributes_may_hold_any_sign() -> None:
    text = '<td x:fmla="=IF(A1>0,1,2)" title=\'a > "b"\'>5<br/>6</td>'
    assert [tag[:2] for tag in split_tags(text)] == [
        ("start", "td"),
        ("text", ""),
        ("start", "br"),
        ("text", ""),
        ("end", "td"),
    ]


def test_an_old_xml_workbook_is_told_from_a_web_page() -> None:
    for raw in (seed("xml"), seed("xml").decode().replace('"1.0"?', '"1.0" encoding="utf-16"?').encode("utf-16")):
        reading = outcome(raw, "tep.xls")
        assert isinstance(reading, Reading) and reading.format == "xml" and reading.tables[0].header == HEADER


@pytest.mark.parametrize("index", [b"100000000", b"-5", b"9" * 5000, b"1e3"])
def test_an_old_xml_workbook_with_false_places(index: bytes) -> None:
    raw = (
        seed("xml")
        .replace(b"<Row>", b'<Row ss:Index="%s">' % index)
        .replace(b"<Cell ", b'<Cell ss:Index="%s" ' % index)
    )
    assert outcome(raw, "tep.xml") in ("too_large", "damaged")


def test_a_chain_of_sectors_that_comes_back_on_itself() -> None:
    raw = bytearray(seed("xls"))
    table = struct.unpack_from("<I", raw, 76)[0]
    for number in range(128):
        struct.pack_into("<I", raw, (table + 1) * 512 + 4 * number, 0)
    assert outcome(bytes(raw), "tep.xls") == "damaged"


def test_a_parquet_file_of_a_few_bytes_a_million_rows() -> None:
    out = io.BytesIO()
    pl.DataFrame({"a": pl.zeros(30_000_000, dtype=pl.Int8, eager=True)}).write_parquet(out)
    assert len(out.getvalue()) < 500_000 and outcome(out.getvalue(), "tep.parquet") == "too_large"


def test_a_parquet_file_of_too_many_columns() -> None:
    out = io.BytesIO()
    pl.DataFrame({f"c{i}": [1] for i in range(5000)}).write_parquet(out)
    assert outcome(out.getvalue(), "tep.parquet") == "too_large"


def test_the_columns_of_a_workbook_have_an_end() -> None:
    raw = with_row(b'<row r="9">' + b"<c><v>1</v></c>" * 5000 + b"</row>")
    assert outcome(raw) == "too_large"


@pytest.mark.parametrize(
    "raw", [b"<html><body>%PDF", b"%PDF-1.7", b"{\\rtf1 x}", b"MZ\x90", b"\x7fELF", b"Rar!\x1a\x07"]
)
def test_other_files_under_the_name_of_a_workbook(raw: bytes) -> None:
    assert outcome(raw, "tep.xls") in ("not_a_table", "unknown_format")


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods", "xlsb", "parquet", "zip", "xml", "json"])
def test_a_file_cut_anywhere(ending: str) -> None:
    raw = seed(ending)
    for share in (0.0, 0.01, 0.1, 0.5, 0.9, 0.99):
        assert outcome(raw[: int(len(raw) * share)], f"tep.{ending}") is not None


@pytest.mark.parametrize("byte", [bytes([n]) for n in (0, 1, 9, 10, 32, 34, 44, 60, 65, 80, 91, 123, 128, 208, 255)])
def test_a_file_of_one_byte(byte: bytes) -> None:
    assert outcome(byte, "tep.bin") is not None


def test_formulas_links_and_macros_are_text_or_left_alone() -> None:
    reading = outcome(seed("xlsm"), "tep.xlsm")
    assert isinstance(reading, Reading) and reading.format == "xlsm"
    assert "=1+1" in reading.tables[0].frame[f"c{len(HEADER)}"].to_list()


def test_the_line_names_the_sheet_and_its_size() -> None:
    with pytest.raises(UnreadableError) as raised:
        read_bytes(
            seed("xml").replace(
                b"</Table>", b'<Row ss:Index="9000000"><Cell ss:Index="90"><Data>x</Data></Cell></Row></Table>'
            ),
            "t.xml",
        )
    assert "“S”" in raised.value.vi and "9000000 rows x 90 columns" in raised.value.en


def in_stream(change: Callable[[bytes], bytes]) -> bytes:
    """The xls seed with its records changed where they stand; they lie in one piece."""
    return change(seed("xls"))


@pytest.mark.parametrize("extent", [(0, 0xFF00000E, 0, 5), (0xFFFFF, 5, 0, 6), (0, 65536, 0, 65535)])
def test_an_xls_extent_that_lies_changes_nothing(extent: tuple[int, int, int, int]) -> None:
    raw = in_stream(
        lambda x: re.sub(rb"(?s)\x00\x02\x0e\x00.{12}", b"\x00\x02\x0e\x00" + struct.pack("<IIHH", *extent), x)
    )
    assert names(raw, "tep.xls") == HEADER


def test_an_xls_cell_far_away() -> None:
    # RK records ([MS-XLS] 2.4.220): row, column, format, value
    raw = in_stream(lambda x: re.sub(rb"(?s)\x7e\x02\x0a\x00.{4}", b"\x7e\x02\x0a\x00\xff\xff\xff\xff", x))
    assert raw == seed("xls") or outcome(raw, "tep.xls") == "too_large"
    raw = in_stream(lambda x: re.sub(rb"(?s)\xfd\x00\x0a\x00.{4}", b"\xfd\x00\x0a\x00\xff\xff\xff\xff", x))
    assert raw != seed("xls") and outcome(raw, "tep.xls") == "too_large"


def test_an_xlsb_cell_far_away() -> None:
    part = "xl/worksheets/sheet1.bin"
    raw = changed("xlsb", part, lambda x: x.replace(b"\x07\x0c\x00\x00\x00\x00", b"\x07\x0c\xff\xff\xff\x0f", 1))
    assert outcome(raw, "tep.xlsb") == "too_large"


def test_merged_ranges_without_end_cover_what_is_there() -> None:
    endless = b'table:number-columns-spanned="18446744073709551616"'
    raw = changed(
        "ods", "content.xml", lambda x: x.replace(b"<table:table-cell ", b"<table:table-cell " + endless + b" ", 1)
    )
    assert isinstance(outcome(raw, "tep.ods"), Reading)


def test_an_ods_table_that_never_ends() -> None:
    raw = changed("ods", "content.xml", lambda x: x.replace(b"</table:table>", b"/table:table>"))
    assert outcome(raw, "tep.ods") == "damaged"


@pytest.mark.parametrize("ending", ["ods", "xml"])
def test_an_encoding_that_is_none(ending: str) -> None:
    raw = seed("xml").replace(b'"1.0"?', b'"1.0" encoding="UTF-1000"?')
    if ending == "ods":
        raw = changed("ods", "content.xml", lambda x: re.sub(rb"(?i)utf-8", b"UTF-1000", x, count=1))
    assert outcome(raw, f"tep.{ending}") == "damaged"
