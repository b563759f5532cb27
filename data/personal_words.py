"""Column headers that speak of people: what is masked in sheets whose columns no contract has named."""

from __future__ import annotations

import re

from data.vietnamese_text import fold

__all__ = ["speaks_of_people"]

# Basic and sensitive personal data in decree 13/2023/NĐ-CP, article 2, as headers of registers write them.
_WORDS = re.compile(
    r"\b(ho( va)? ten|ho,? ten dem|ten (nguoi|chu ho|chu co so|chu the|cha|me|vo|chong|benh nhan|hoc sinh)"
    r"|nguoi lien he|so dien thoai|dien thoai (lien he|di dong|nguoi)|^dien thoai$|sdt|e-?mail|thu dien tu"
    r"|cccd|cmnd|cmtnd|so can cuoc|dinh danh ca nhan|ho chieu|ngay(,? thang)?(,? nam)? sinh|que quan"
    r"|(noi|dia chi) (thuong|tam) tru|dia chi (nha|lien he|nguoi)|so tai khoan|ma so thue ca nhan"
    r"|(ma|so)( the)? (bhxh|bhyt)|phone|full name|passport)\b"
)


def speaks_of_people(header: str | None) -> bool:
    """Whether a header promises names, numbers or places of single people.

    >>> speaks_of_people("Họ và tên chủ hộ"), speaks_of_people("Số lượt khách")
    (True, False)
    """
    return bool(header) and bool(_WORDS.search(fold(str(header))))
