"""Writes the measured files with DuckDB: any number of rows in seconds, the same rows every time.

Row i is a function of i alone (`hash(i)` and a multiplier), so a file of n rows is the beginning of a larger one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.dossiers import COLUMNS, DEFECTS, OUT_OF_FORM, untyped

if TYPE_CHECKING:
    import duckdb

__all__ = ["NO_DEFECT", "SHARE", "communes", "csv_file", "typed_parquet", "workbook"]

ROOT = Path(__file__).resolve().parent.parent.parent
SHARE = 200
"""One row in so many has a defect."""
NO_DEFECT = 10**12
"""The share of a file in which no row has one."""

Work = Callable[[], dict[str, Any]]

_FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ",
    "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
)  # fmt: skip
_MIDDLE = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Thanh", "Quốc", "Thị Thúy", "Xuân", "Đình", "Khánh")
_GIVEN = (
    "An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Hạnh", "Hưng", "Khải", "Lan", "Linh",
    "Long", "Mai", "Nam", "Nga", "Phúc", "Quỳnh", "Sơn", "Thảo", "Thủy", "Tú", "Yến",
)  # fmt: skip
_AGENCIES = ("Sở Nông nghiệp và Môi trường", "Sở Xây dựng", "Sở Tư pháp", "Sở Nội vụ", "Sở Y tế", "Sở Tài chính")
_VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Điều chỉnh", "Thu hồi", "Xác nhận", "Đăng ký", "Chuyển nhượng")
_OBJECTS = (
    "giấy phép xây dựng nhà ở riêng lẻ", "giấy chứng nhận quyền sử dụng đất", "trích lục khai sinh",
    "phiếu lý lịch tư pháp", "giấy phép kinh doanh", "chế độ trợ cấp xã hội hằng tháng", "hộ kinh doanh cá thể",
)  # fmt: skip
_STREETS = ("Trần Phú", "Hùng Vương", "2 Tháng 4", "Lê Thánh Tôn", "Thống Nhất", "Nguyễn Thị Minh Khai", "Yersin")
_NOTES = ("Hồ sơ đủ điều kiện, chuyển lãnh đạo ký", "Bổ sung bản sao; nộp trước ngày hẹn", "Đã liên hệ qua điện thoại")


def communes() -> dict[str, str]:
    """Name → code of the province's communes, from the reference data."""
    with (ROOT / "data/reference/units_56.csv").open(encoding="utf-8", newline="") as handle:
        return {row["name"]: row["code"] for row in csv.DictReader(handle) if row["level"] == "commune"}


def _list(words: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + "]"


def _pick(words: tuple[str, ...] | list[str], salt: int) -> str:
    return f"{_list(words)}[1 + ((h >> {salt}) % {len(words)})::INTEGER]"


def _number(salt: int, below: int) -> str:
    return f"((h >> {salt}) % {below})::INTEGER"


def _values() -> dict[str, str]:
    """SQL of each column as text in the file, the defects planted: `h` hash of the row, `d` its defect or NULL."""
    enums = {c.name: list(c.enum.values()) for c in COLUMNS}
    old_spelling = next(iter(OUT_OF_FORM.values()))
    received = f"(DATE '2026-10-01' + {_number(3, 31)})"
    due, returned = f"({received} + 5 + {_number(9, 25)})", f"({received} + {_number(14, 40)})"
    fee = f"(10 + {_number(5, 3000)})"
    name = f"{_pick(_FAMILY, 2)} || ' ' || {_pick(_MIDDLE, 11)} || ' ' || {_pick(_GIVEN, 19)}"
    agency = f"CASE d WHEN 6 THEN 'Văn phòng Hoà giải' ELSE {_pick(_AGENCIES, 7)} END"
    return {
        "dossier_code": "CASE d WHEN 9 THEN 'HS-' || (i % 100)::VARCHAR ELSE printf('HS-%08d', i) END",
        "commune_code": f"CASE d WHEN 6 THEN '{old_spelling}' WHEN 8 THEN 'Xã Alpha Zulu' "
        f"ELSE {_pick(list(communes()), 1)} END",
        "agency": agency,
        "applicant": f"CASE d WHEN 3 THEN NULL ELSE {name} END",
        "gender": _pick(enums["gender"], 12),
        "status": f"CASE d WHEN 4 THEN 'Hội đồng xét duyệt' WHEN 7 THEN '  ' || {_pick(enums['status'], 6)} || ' ' "
        f"ELSE {_pick(enums['status'], 6)} END",
        "channel": _pick(enums["channel"], 10),
        "received_day": f"CASE d WHEN 1 THEN '31/02/2026' ELSE strftime({received}, '%d/%m/%Y') END",
        "due_day": f"strftime(CASE d WHEN 5 THEN {received} - 7 ELSE {due} END, '%d/%m/%Y')",
        "returned_day": f"CASE WHEN {_number(17, 10)} < 7 THEN strftime({returned}, '%d/%m/%Y') END",
        "fee": f"CASE d WHEN 0 THEN '12o5,00' ELSE printf('%d,%02d', {fee}, {_number(8, 100)}) END",
        "paid": f"printf('%d,%02d', {fee} - {_number(13, 10)} - 1, {_number(16, 100)})",
        "area": f"CASE WHEN {_number(4, 5)} > 0 THEN printf('%d,%d', {_number(15, 9000)}, {_number(18, 10)}) END",
        "pages": f"CASE d WHEN 2 THEN '9999' ELSE (1 + {_number(20, 120)})::VARCHAR END",
        "copies": f"{_number(21, 9)}::VARCHAR",
        "household": f"(1 + {_number(22, 9)})::VARCHAR",
        "score": f"printf('%d,%d', {_number(23, 5)}, {_number(25, 10)})",
        "service": f"{_pick(_VERBS, 24)} || ' ' || {_pick(_OBJECTS, 26)}",
        "address": f"'Số ' || (1 + {_number(27, 400)})::VARCHAR || ', đường ' || {_pick(_STREETS, 28)}",
        "note": f"CASE WHEN {_number(29, 4)} = 0 THEN {_pick(_NOTES, 30)} END",
    }


def _defects(rows: int, share: int) -> str:
    """Rows as their number, hash and defect; one in `share` has one."""
    defect = f"CASE WHEN (h >> 33) % {share} = 0 THEN (h >> 43) % {len(DEFECTS)} END"
    return f"SELECT i, h, {defect} AS d FROM (SELECT i, hash(i) AS h FROM range({rows}) t(i))"


def _rows(rows: int, share: int = SHARE) -> str:
    values = _values()
    listed = ", ".join(f'{values[c.name]} AS "{c.title}"' for c in COLUMNS)
    return f"SELECT {listed} FROM ({_defects(rows, share)})"


def _once(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that is not there yet; half a file never takes its name."""
    if path.exists():
        return
    half = path.with_name(path.name + ".half")
    write(half)
    half.rename(path)


def _copy(con: duckdb.DuckDBPyConnection, path: Path, query: str, form: str) -> None:
    _once(path, lambda half: con.execute(f"COPY ({query}) TO '{half}' ({form})"))


def _connect() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


def csv_file(path: str, rows: int, share: int = SHARE) -> Work:
    """Side that writes the csv: `;`, a header, UTF-8; and beside it how many rows each rule must find."""

    def work() -> dict[str, Any]:
        con = _connect()
        found = dict(con.execute(f"SELECT d, count(*) FROM ({_defects(rows, share)}) GROUP BY d").fetchall())
        planted = {rule: found[number] for number, (_, rule) in enumerate(DEFECTS) if rule and number in found}
        Path(path + ".json").write_text(json.dumps(planted), encoding="utf-8")
        _copy(con, Path(path), _rows(rows, share), "FORMAT csv, DELIMITER ';', HEADER")
        return {"bytes": Path(path).stat().st_size, "planted": planted}

    return work


def _typed(name: str, type_: str) -> str:
    cell = f"nullif(trim(\"{name}\"), '')"
    if type_ == "date":
        return f"try_strptime({cell}, '%d/%m/%Y')::DATE"
    if type_ in {"integer", "number"}:
        return f"try_cast(replace({cell}, ',', '.') AS {'BIGINT' if type_ == 'integer' else 'DOUBLE'})"
    return cell


def typed_parquet(path: str, source: str) -> Work:
    """Side that writes the same rows typed, codes in place of words, as staging holds them: what rules are run over.

    That a value is there but not of its type stands in `_marks`, as in staging, and in a `…__untyped` column a column,
    which is the cheapest form for a SELECT written by hand.
    """

    def work() -> dict[str, Any]:
        con = _connect()
        names = communes()
        parts, flags = [], []
        for column in COLUMNS:
            words = names | {new: names[old] for old, new in OUT_OF_FORM.items()} if column.commune else {}
            words |= {label: code for code, label in column.enum.items()}
            typed = _typed(column.title, column.type)
            if words:
                con.execute(f"CREATE TEMP TABLE words_{column.name} (word VARCHAR, code VARCHAR)")
                con.executemany(f"INSERT INTO words_{column.name} VALUES (?, ?)", list(words.items()))
                parts.append(f"coalesce(words_{column.name}.code, {typed}) AS {column.name}")
            else:
                parts.append(f"{typed} AS {column.name}")
            if column.type != "string":
                flags.append(column.name)
                parts.append(f"coalesce(\"{column.title}\" <> '' AND {typed} IS NULL, false) AS {untyped(column.name)}")
        joins = " ".join(
            f'LEFT JOIN words_{c.name} ON words_{c.name}.word = trim("{c.title}")'
            for c in COLUMNS
            if c.enum or c.commune
        )
        marks = ", ".join(f"CASE WHEN {untyped(name)} THEN 'untyped:{name}' END" for name in flags)
        text = f"read_csv('{source}', delim=';', header=true, all_varchar=true)"
        numbered = f"(SELECT *, row_number() OVER () AS n FROM {text})"
        typed_rows = f"SELECT {', '.join(parts)}, n + 1 AS _row FROM {numbered} {joins}"
        marked = f"SELECT *, list_filter([{marks}], lambda m: m IS NOT NULL) AS _marks FROM ({typed_rows})"
        _copy(con, Path(path), marked, "FORMAT parquet")
        return {"bytes": Path(path).stat().st_size}

    return work


def workbook(path: str, rows: int, start: int = 0) -> Work:
    """Side that writes rows `start` to `start + rows` as xlsx: a title, a header, numbers and days as such cells."""

    def work() -> dict[str, Any]:
        con = _connect()
        typed = ", ".join(f'coalesce({_typed(c.title, c.type)}::VARCHAR, "{c.title}") AS {c.name}' for c in COLUMNS)
        cells = con.execute(f"SELECT {typed} FROM ({_rows(start + rows)} OFFSET {start})")
        _once(Path(path), lambda half: _write_workbook(half, cells))
        return {"bytes": Path(path).stat().st_size}

    return work


def _write_workbook(path: Path, cells: duckdb.DuckDBPyConnection) -> None:
    from datetime import date

    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Hồ sơ")
    sheet.write(0, 0, "DANH SÁCH HỒ SƠ TIẾP NHẬN THÁNG 10/2026")
    sheet.write_row(2, 0, [c.title for c in COLUMNS])
    at = 2
    while records := cells.fetchmany(10_000):
        for record in records:
            at += 1
            for position, (column, text) in enumerate(zip(COLUMNS, record, strict=True)):
                try:
                    if text is None:
                        continue
                    if column.type == "date":
                        sheet.write_datetime(at, position, date.fromisoformat(text), day)
                    elif column.type in {"integer", "number"}:
                        sheet.write_number(at, position, float(text))
                    else:
                        sheet.write_string(at, position, text)
                except ValueError:  # a planted defect stays the text that it is
                    sheet.write_string(at, position, text)
    book.close()
