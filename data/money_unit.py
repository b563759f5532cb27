"""Units of money as tables write them in their corner, and what one is in another: 1 tỷ đồng = 1.000 triệu đồng."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from data.vietnamese_text import fold

__all__ = ["money_factor", "money_unit"]

_POWERS: tuple[tuple[str, Decimal], ...] = (
    (r"(?:ty|ti) dong|(?:ty|ti) vnd|ty d|billions?(?: of)? (?:vnd|dongs?|vietnam(?:ese)? dongs?)", Decimal(10) ** 9),
    (
        r"trieu dong|trieu vnd|trieu d|trd|tr dong|millions?(?: of)? (?:vnd|dongs?|vietnam(?:ese)? dongs?)",
        Decimal(10) ** 6,
    ),
    (
        r"(?:nghin|ngan|1 000|1000) (?:dong|vnd|d)|thousands?(?: of)? (?:vnd|dongs?|vietnam(?:ese)? dongs?)",
        Decimal(10) ** 3,
    ),
    (r"dong|vnd|vietnam(?:ese)? dongs?", Decimal(1)),
)
_LINE = re.compile(
    r"(?:^|\b(?:don vi(?: tinh)?|dvt|dv tinh|units?) )(?P<unit>" + "|".join(f"(?:{p})" for p, _ in _POWERS) + r")\b"
)


@lru_cache(maxsize=1024)
def money_unit(text: str) -> Decimal | None:
    """How many đồng one of the named unit is; None where the text names no unit of money.

    >>> money_unit("Đơn vị: Triệu đồng")
    Decimal('1000000')
    """
    found = _LINE.search(fold(text))
    if found is None:
        return None
    return next(power for pattern, power in _POWERS if re.fullmatch(pattern, found["unit"]))


def money_factor(source: str | None, target: str | None) -> Decimal | None:
    """What a number in `source` is multiplied by to stand in `target`; None where either is no unit of money.

    >>> money_factor("đồng", "triệu đồng")
    Decimal('0.000001')
    """
    one, other = money_unit(source or ""), money_unit(target or "")
    return None if one is None or other is None else one / other
