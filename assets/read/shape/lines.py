"""What a line of text around or inside a table is: a unit of measure, a note, a signature, a total."""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["closes_table", "is_numbering", "measure_unit", "total_role"]

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
_LABEL = re.compile(r"\(?\s*(?:[A-ZĐ]|\d{1,3}|[ivxIVX]{1,4}|STT)\s*\)?(?:\s*=.*)?")
_FORMULA = re.compile(r"\(?\s*\d{1,3}[a-z]?\s*\)?\s*=.*[-+*/:x%\d()].*", re.IGNORECASE)


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


def is_numbering(texts: list[str]) -> bool:
    """Whether the filled cells of a row only number the columns: A, B, 1, 2, 3=4+5, or (1), (2), (3)."""
    if len(texts) < 2:
        return False
    numbers: list[int] = []
    for text in texts:
        stripped = text.strip()
        if _FORMULA.fullmatch(stripped):
            numbers.append(int(re.findall(r"\d+", stripped)[0]))
        elif _LABEL.fullmatch(stripped):
            digits = re.findall(r"\d+", stripped)
            if digits:
                numbers.append(int(digits[0]))
        else:
            return False
    if not numbers:
        letters = [text.strip(" ()").upper() for text in texts]
        return len(letters) > 2 and letters == sorted(set(letters)) and letters[0] in ("A", "I")
    steps = [after - before for before, after in pairwise(numbers)]
    return numbers[0] <= 4 and sum(1 for step in steps if step in (1, 2)) >= 0.7 * len(steps)
