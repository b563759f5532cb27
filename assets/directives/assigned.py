"""Tasks whose agencies and deadline stand on lines of their own below them, as plans write them:
"- Đơn vị chủ trì: Sở A", "- Đơn vị phối hợp: Sở B", "- Thời gian hoàn thành: Quý II/2026"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.directives.outline import Clause

__all__ = ["Assigned", "assigned"]

_LABELS = {
    "lead": r"(?:(?:cơ quan|đơn vị|bộ phận)\s+)?(?:chủ trì|đầu mối|chịu trách nhiệm)(?:\s+(?:thực hiện|tham mưu))?"
    r"|(?:cơ quan|đơn vị)\s+thực hiện|phân công",
    "help": r"(?:(?:cơ quan|đơn vị|bộ phận)\s+)?phối hợp(?:\s+thực hiện)?",
    "until": r"(?:thời gian|thời hạn|tiến độ|lộ trình)(?:\s+(?:thực hiện|hoàn thành|triển khai))?|hoàn thành",
    "product": r"(?:sản phẩm|kết quả)(?:\s+(?:đầu ra|hoàn thành|dự kiến|cần đạt))?",
}
_LABELLED = {kind: re.compile(rf"^(?:{label})\s*:\s*(?=\S)", re.IGNORECASE) for kind, label in _LABELS.items()}


@dataclass(frozen=True, slots=True)
class Assigned:
    """Lines that belong to the clause before them: kind (lead, help, until, product) → the line and where its value
    begins in the line's paragraph."""

    lines: Mapping[str, tuple[Clause, int]]


def _label(clause: Clause) -> tuple[str, int] | None:
    for kind, pattern in _LABELLED.items():
        if found := pattern.match(clause.text):
            return kind, clause.body + found.end()
    return None


def assigned(clauses: Sequence[Clause]) -> tuple[Mapping[int, Assigned], frozenset[int]]:
    """Number of a clause → the lines below it that say whose it is; and the numbers of those lines."""
    found: dict[int, Assigned] = {}
    used: set[int] = set()
    place = 0
    while place < len(clauses):
        lines: dict[str, tuple[Clause, int]] = {}
        stop = place
        while stop < len(clauses) and (label := _label(clauses[stop])) is not None and label[0] not in lines:
            lines[label[0]] = (clauses[stop], label[1])
            stop += 1
        if "lead" in lines and place > 0:
            found[place - 1] = Assigned(lines)
            used.update(range(place, stop))
        place = max(stop, place + 1)
    return found, frozenset(used)
