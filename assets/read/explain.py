"""Says in words, Vietnamese and English, why the reader took these rows for a header and left those out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from assets.read.door import read_file
from assets.read.evidence import Evidence, kept
from assets.read.explain_table import explain_table
from assets.read.said import Said
from data.table import Reading, Table

__all__ = ["Explained", "explain_file"]

_SIGNS = {",": ("dấu phẩy", "comma"), ";": ("dấu chấm phẩy", "semicolon"), "\t": ("dấu tab", "tab"),
          "|": ("gạch đứng", "vertical bar"), " ": ("dấu cách", "space"), ":": ("dấu hai chấm", "colon")}  # fmt: skip
_ENCODINGS = {
    "ascii": ("chỉ có chữ không dấu", "plain letters only"),
    "utf-8": ("mọi byte đúng quy tắc UTF-8", "every byte follows the rules of UTF-8"),
    "utf-8-sig": ("tệp mở đầu bằng dấu hiệu UTF-8", "the file begins with the mark of UTF-8"),
    "utf-16": ("tệp mở đầu bằng dấu hiệu UTF-16", "the file begins with the mark of UTF-16"),
    "utf-16-le": ("cứ hai byte có một byte rỗng", "every other byte is empty"),
    "utf-16-be": ("cứ hai byte có một byte rỗng", "every other byte is empty"),
    "tcvn3": ("đọc theo TCVN3 (ABC) thì thành tiếng Việt", "read as TCVN3 (ABC) it becomes Vietnamese"),
    "vni": ("đọc theo VNI thì thành tiếng Việt", "read as VNI it becomes Vietnamese"),
    "viqr": ("dấu gõ theo VIQR (a^, o+, ~)", "tone marks are typed as in VIQR (a^, o+, ~)"),
    "windows-1258": ("đọc theo windows-1258 thì thành tiếng Việt", "read as windows-1258 it becomes Vietnamese"),
}
_NEITHER = ("không phải UTF-8, không phải phông chữ Việt cũ", "neither UTF-8 nor an old Vietnamese font")


@dataclass(frozen=True, slots=True)
class Explained:
    """A reading with its reasons: on the file as a whole, and on each table in the reading's order."""

    reading: Reading
    file: tuple[Said, ...]
    tables: tuple[tuple[Said, ...], ...]


def explain_file(path: Path) -> Explained:
    """Read a file and say why it was read so. Raises data.table.UnreadableError as read_file does."""
    with kept() as evidence:
        reading = read_file(path)
    places = {_key(table): (view, found) for view, found, table in evidence.tables}
    tables = []
    for table in reading.tables:
        view, found = places.get(_key(table), (None, None))
        said = explain_table(table, view, found) if view is not None and found is not None else []
        tables.append((*said, *_repairs(table)))
    return Explained(reading, tuple(_file(reading, evidence)), tuple(tables))


def _key(table: Table) -> tuple[object, ...]:
    return table.sheet, table.header_rows, table.columns, tuple(table.rows.head(1))


def _file(reading: Reading, evidence: Evidence) -> list[Said]:
    said = []
    if reading.encoding:
        vi, en = _ENCODINGS.get(reading.encoding, _NEITHER)
        vi, en = f"Bảng mã {reading.encoding}: {vi}", f"Encoding {reading.encoding}: {en}"
        other = _read_otherwise(reading)
        if other:
            name, word, seen = other
            vi += f"; nếu đọc theo {name} thì “{word}” thành “{seen}”"
            en += f"; read as {name}, “{word}” would be “{seen}”"
        said.append(Said(vi, en))
    if evidence.dialects:
        said.append(_dialect(evidence))
    hidden = [table.sheet for table in reading.tables if table.hidden]
    if hidden:
        names = ", ".join(dict.fromkeys(hidden))
        said.append(Said(f"Trang ẩn vẫn được đọc: {names}", f"Hidden sheets are read all the same: {names}"))
    if len(reading.tables) > 1:
        said.append(Said(f"Có {len(reading.tables)} bảng", f"There are {len(reading.tables)} tables"))
    return said


def _read_otherwise(reading: Reading) -> tuple[str, str, str] | None:
    """A word of the file with an accent, and what the runner-up among the encodings would make of it."""
    if reading.encoding not in ("utf-8", "utf-8-sig", "tcvn3", "vni", "windows-1258"):
        return None
    texts = (text for table in reading.tables for text in (*table.header, *table.titles, *_first_texts(table)))
    word = next((word for text in texts for word in text.split() if not word.isascii()), None)
    if word is None:
        return None
    if reading.encoding in ("tcvn3", "vni"):
        from data.legacy_font import from_unicode

        return "windows-1252", word, from_unicode(word, "tcvn3" if reading.encoding == "tcvn3" else "vni")
    raw = word.encode("utf-8" if "utf" in reading.encoding else "cp1258", errors="replace")
    return "windows-1252", word, raw.decode("cp1252", errors="replace")


def _first_texts(table: Table) -> list[str]:
    return [value for row in table.frame.head(20).rows() for value in row if value]


def _dialect(evidence: Evidence) -> Said:
    score, best = evidence.dialects[0]
    others = [(mark, d) for mark, d in evidence.dialects if d.delimiter not in ("", best.delimiter) and mark > 0]
    if not best.delimiter:
        return Said(
            "Không có dấu phân cách: mỗi dòng là một ô",
            "No delimiter: no sign splits the lines alike, so a line is a cell",
        )
    vi, en = _sign(best.delimiter)
    quote_vi = f", nháy {best.quote}" if best.quote else ", không có nháy"
    quote_en = f", quoted with {best.quote}" if best.quote else ", no quotation mark"
    vi = f"Ô cách nhau bằng {vi}{quote_vi}: các dòng được số ô đều nhau nhất và ô giống giá trị nhất ({score:.2f} điểm)"
    en = f"Cells are separated by {en}{quote_en}: lines agree best in cells that look like values (score {score:.2f})"
    if others:
        mark, runner = others[0]
        other_vi, other_en = _sign(runner.delimiter)
        vi += f"; kế đó là {other_vi} ({mark:.2f})"
        en += f"; the runner-up is {other_en} ({mark:.2f})"
    return Said(vi, en)


def _sign(delimiter: str) -> tuple[str, str]:
    shown = repr(delimiter).strip("'")
    return _SIGNS.get(delimiter, (f"“{shown}”", f"“{shown}”"))


def _repairs(table: Table) -> list[Said]:
    said = []
    for kind, count in Counter(repair.kind for repair in table.repairs).most_common():
        one = next(repair for repair in table.repairs if repair.kind == kind)
        name_vi, name_en = _REPAIRS.get(kind, (kind, kind))
        change = f"{one.cell} “{_short(one.before)}” → “{_short(one.after)}”"
        said.append(Said(f"{count} ô {name_vi}: {change}", f"{count} values {name_en}: {change}"))
    return said


def _short(text: str) -> str:
    text = " ".join(text.split()) if text.strip() == text else text
    return text if len(text) <= 40 else text[:39] + "…"


_REPAIRS = {
    "unicode_form": ("có chữ Unicode tổ hợp, đưa về dựng sẵn", "in decomposed Unicode, brought to one form"),
    "tone_placement": ("đặt dấu thanh kiểu khác, đưa về một kiểu", "with the tone mark placed otherwise"),
    "legacy_font": ("gõ bằng phông chữ cũ, đổi sang Unicode", "typed in an old font, converted to Unicode"),
    "double_encoded": ("bị mã hóa hai lần, giải lại", "encoded twice, decoded again"),
    "stray_spaces": ("có dấu cách thừa, bỏ đi", "with stray spaces, taken off"),
    "number_as_text": ("ghi số bằng chữ, đọc thành số", "that are numbers stored as text"),
    "date_as_text": ("ghi ngày bằng chữ, đọc thành ngày", "that are dates stored as text"),
    "realigned": ("thuộc dòng tách ô sai, tách lại", "on lines that were split wrongly, split anew"),
}
