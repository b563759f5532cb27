"""What pages show, as frozen view models: numbers and codes without language, colour or markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

__all__ = [
    "Alert",
    "Arrival",
    "CellMark",
    "CommuneValue",
    "FindingGroup",
    "IndicatorTile",
    "MatrixCell",
    "MatrixRow",
    "Point",
    "PrincipleScore",
    "RankedUnit",
    "SheetRow",
    "SheetWindow",
    "Status",
]

Status = Literal["green", "amber", "red", "none"]
"""xanh, vàng, đỏ, xám."""

Reported = Literal["on_time", "late", "missing", "pending", "rejected", "none"]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series."""

    period: str
    value: float | None


@dataclass(frozen=True, slots=True)
class IndicatorTile:
    """One indicator against its target.

    share, forecast_share: how much of the bar towards the target is filled, 0–1, now and at the target's date.
    target: its value, with its sign ("≥", ">") and when it is due ("2030"); target_words where it is no number.
    forecast: the value foreseen at that date; reached: the period in which the target is foreseen to be met.
    """

    code: str
    title: str
    value: float | None
    unit: str
    status: Status
    period: str | None = None
    series: tuple[Point, ...] = ()
    share: float | None = None
    forecast_share: float | None = None
    target: float | None = None
    target_sign: str = ""
    target_when: str = ""
    target_words: str = ""
    forecast: float | None = None
    reached: str | None = None
    decimals: int | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class PrincipleScore:
    """One of the six principles: score 0–100, change in points, over how many items."""

    principle: str
    score: float | None
    change: float | None
    items: int
    status: Status
    href: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One period of one row: a state, or a share in percent where the row is a group."""

    period: str
    state: Reported
    share: float | None = None
    hint: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit, group or dataset in the reporting matrix. days_late: of the worst open item, None where complete."""

    title: str
    cells: tuple[MatrixCell, ...]
    days_late: int | None = None
    note: str = ""
    href: str | None = None
    detail: str = ""
    count: int = 0
    """Units that the row stands for, where it is a group; its title is then a name of the catalogue."""
    places_late: int = 0


@dataclass(frozen=True, slots=True)
class CommuneValue:
    """One commune on the map: a share 0–100 or None."""

    code: str
    name: str
    value: float | None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """One bar of a ranking."""

    name: str
    value: float | None
    status: Status | Literal["accent"] = "none"
    href: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong now: what, since when, whose."""

    status: Status
    kind: str
    values: tuple[tuple[str, str | int | float], ...]
    since: date | None
    owner: str
    href: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One submission in the ticker of the newest."""

    receipt: str
    at: datetime
    unit: str
    dataset: str
    period: str
    verdict: str
    accepted: int
    quarantined: int
    href: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one rule in one submission: how many cells, the first few, what to do."""

    rule: str
    title: str
    severity: str
    principle: str
    count: int
    cells: tuple[str, ...]
    message: str
    expected: str = ""
    suggestion: str = ""
    suggested: int = 0
    """Cells for which a repair is offered; `suggestion` where it is the same for all."""
    href: str | None = None
    selected: bool = False


@dataclass(frozen=True, slots=True)
class CellMark:
    """How one cell of a sheet stands out: error, warning, repaired, source."""

    row: int
    column: int
    kind: str
    hint: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet as sent: its number, its cells by sheet column number, and its part in the table."""

    number: int
    cells: tuple[tuple[int, str], ...]
    role: str = "detail"


@dataclass(frozen=True, slots=True)
class SheetWindow:
    """A window on a sheet as sent."""

    sheet: str
    filename: str
    columns: tuple[int, ...]
    rows: tuple[SheetRow, ...]
    marks: tuple[CellMark, ...] = ()
    numeric: frozenset[int] = frozenset()
    masked: frozenset[int] = frozenset()
