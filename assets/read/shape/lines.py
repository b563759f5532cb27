"""What a line of text around or inside a table is: a unit of measure, a note, a signature, a total."""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["closes_table", "is_form_line", "is_numbering", "is_ordinal", "is_unit_row", "measure_unit", "total_role"]

_UNIT = re.compile(
    r"^\s*[(\[]?\s*(?:đơn\s*vị(?:\s*tính)?|đvt|đv\s*tính|unit(?:\s+of\s+measure)?|units?)(?:\s*[-–]\s*units?)?"
    r"\s*[:：]\s*(?P<unit>.+?)\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_BARE_UNIT = re.compile(
    r"^\s*[(\[]?\s*(?P<unit>(?:triệu|tỷ|tỉ|nghìn|ngàn|trăm)?\s*đồng(?:\s*[-–/]\s*[\w\s]{3,20})?"
    r"|(?:million|billion|thousand)s?\s+(?:vnd|dongs?|vietnam\s+dongs?)|%)\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:ghi\s*chú|chú\s*thích|lưu\s*ý|nguồn(?:\s*số\s*liệu)?\s*:|notes?\b|sources?\s*:|n\.?b\.?\s*:|footnotes?\b"
    r"|người\s+lập|người\s+ký|lập\s+biểu|kế\s+toán\s+trưởng|thủ\s+trưởng|giám\s+đốc|phó\s+giám\s+đốc|chủ\s+tịch"
    r"|phó\s+chủ\s+tịch|chánh\s+văn\s+phòng|tm\.|kt\.|tl\.|tuq\.|q\.\s|nơi\s+nhận|xác\s+nhận\s+của|ký\s+tên|\(\s*ký"
    r"|signed\b|prepared\s+by|approved\s+by)"
    r"|^.{0,40}ngày\s*[\d.…_\s]*\s*tháng\s*[\d.…_\s]*\s*năm\s*[\d.…_\s]*$"
    r"|^\s*(?:\(\s*[\d*]+\s*\)|\*+|\[\d+\])\s*\S.{12,}",
    re.IGNORECASE | re.DOTALL,
)
_TOTAL = re.compile(
    r"^\W*(?:tổng\s*(?:số|cộng|hợp)?|cộng|toàn\s+tỉnh|toàn\s+ngành|totals?|grand\s+total|sum)"
    r"(?:\s*[-–/(]\s*(?:totals?|sum|grand\s+total)\)?)?[\W\d]*$",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(r"^\W*(?:cộng|tổng\s+cộng|sub-?\s?totals?)\b\s*\S+", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[]\s*[^\d\W][^()\[\]]{0,18}[)\]]\s*|\s*[(\[]\s*[%‰]\s*[)\]]\s*")
_FORM_LINE = re.compile(
    r"^\W*(?:biểu(?:\s+mẫu)?(?:\s+số)?|mẫu(?:\s+biểu)?(?:\s+số)?|phụ\s*lục|phụ\s+biểu|bảng(?:\s+số)?|table|form|annex|appendix"
    r"|tờ|trang|page|sheet)\W*\w{0,6}\d[^\s]*(?:\s.*)?$|^\W*(?:kèm\s+theo|ban\s+hành|attached)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[(\[]?\s*(?:[A-ZĐ]|[ivxIVX]{1,4}|STT)\s*[)\]]?(?:\s*=.*)?")
# "(1)" typed into a sheet becomes the number -1.
_ORDINAL = re.compile(r"[(\[]?\s*[-−]?(?P<number>\d{1,3})[a-zđ]?\s*[)\]]?\s*(?:=.*)?", re.DOTALL)
_RECKONED = re.compile(
    r"=?\s*[(\[]?\s*\d{1,3}\s*[)\]]?(?:\s*[-−+*/:x×÷]\s*[(\[]?\s*\d{1,3}\s*[)\]]?)+\s*\(?%?\)?", re.IGNORECASE
)
_AFTER_EQUALS = re.compile(r"[\d\s()\[\]{}a-zđA-ZĐ.,;%*/:+×÷=−-]*")


def _good(text: str) -> str:
    """The text in good form, so that lines in legacy fonts or decomposed letters are understood as well."""
    if text.isascii():
        return text
    from data.vietnamese_text import repair_text

    return repair_text(text)[0]


def measure_unit(text: str) -> str | None:
    """Unit that a line names ("ĐVT: triệu đồng" → "triệu đồng"), None where the line is not about a unit."""
    text = " ".join(_good(text).split())
    if len(text) > 80:
        return None
    match = _UNIT.match(text) or _BARE_UNIT.match(text)
    return match["unit"].strip() if match else None


def is_unit_row(texts: list[str]) -> bool:
    """Whether the cells of a row say nothing but the units of their columns: (người), %, triệu đồng."""
    return len(texts) > 1 and all(_BARE_UNIT.match(_good(text)) or _IN_BRACKETS.fullmatch(text) for text in texts)


def is_form_line(text: str) -> bool:
    """Whether a line gives a form's or a page's number, or the paper that it goes with: "Biểu số 52/CK-NSNN"."""
    return bool(_FORM_LINE.match(_good(text)))


def closes_table(text: str) -> bool:
    """Whether a line is a footnote, a source, a date of signing or a signature."""
    return bool(_CLOSING.match(_good(text)))


def total_role(label: str) -> str | None:
    """total for "Tổng số", "Cộng", "Total"; subtotal for "Cộng huyện A"; None for any other label."""
    if len(label) > 120:
        return None
    label = _good(label)
    if _TOTAL.match(label):
        return "total"
    return "subtotal" if _SUBTOTAL.match(label) else None


def is_ordinal(text: str) -> bool:
    """Whether a text is a letter or a number such as those that count columns and items: A, II, 3, (4)."""
    return bool(_ORDINAL.fullmatch(text.strip()) or _LETTER.fullmatch(text.strip()))


def is_numbering(texts: list[str]) -> bool:
    """Whether the filled cells of a row only number the columns: A, B, 1, 2, 3=4+5, or (1), (2), (3).

    In a row of five cells or more one figure may be something else: a sum that was left in a hidden column.
    """
    if len(texts) < 2:
        return False
    numbers: list[int] = []
    letters: list[str] = []
    strange = reckoned = 0
    for text in (text.strip() for text in texts):
        ordinal = _ORDINAL.fullmatch(text)
        if "=" in text and not _AFTER_EQUALS.fullmatch(text.partition("=")[2]):
            return False
        if ordinal:
            numbers.append(int(ordinal["number"]))
        elif _LETTER.fullmatch(text):
            letters.append(text.strip(" ()[]").upper())
        elif _RECKONED.fullmatch(text):
            reckoned += 1
        elif re.fullmatch(r"-?\d+(?:\.\d+)?", text) and len(texts) > 4:
            strange += 1
        else:
            return False
    if not numbers:
        return len(letters) > 2 and letters == sorted(set(letters)) and letters[0] in ("A", "I")
    steps = [after - before for before, after in pairwise(numbers)] or [1]
    if strange and (strange > 1 or len(numbers) + len(letters) < (4 if len(letters) > 1 else 5) or min(steps) < 1):
        return False
    near = sum(1 for step in steps if step in (1, 2))
    rising = all(step > 0 for step in steps) and numbers[-1] <= 2 * len(texts)
    return numbers[0] <= 4 and (near >= 0.7 * len(steps) or (rising and bool(letters)))
