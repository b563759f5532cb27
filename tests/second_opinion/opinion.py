"""One file, two readers: what both, one or neither of them opens, and where their cells differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assets.read.content import detect_format
from assets.read.grid import Grid
from assets.read.limits import DEFAULT_LIMITS
from data.table import UnreadableError
from tests.second_opinion.compare import COMPUTED, NOT_STORED, Difference, compare_sheet, grid_cells
from tests.second_opinion.flat_xml import read_flat
from tests.second_opinion.witness import witness

__all__ = ["Opinion", "second_opinion", "summary"]

_WORKBOOKS = ("xlsx", "xlsm", "xlsb", "xls", "ods")
_MARKUP = ("html", "xml")


@dataclass(frozen=True)
class Opinion:
    """What became of one file.

    how: both, ours (LibreOffice does not open it), theirs (we refuse it, and it holds values), empty (neither finds
    a value), neither, other (no workbook).
    """

    file: Path
    how: str
    why: str = ""
    """Our refusal, where there is one."""
    values: int = 0
    differences: tuple[Difference, ...] = field(default=())


def second_opinion(file: Path, exported: Path | None) -> Opinion:
    """Compare our raw grids of a workbook with LibreOffice's export of it."""
    raw = file.read_bytes()
    flat = read_flat(exported) if exported is not None else None
    filled = flat is not None and any(flat.sheets.values())
    try:
        kind = detect_format(raw, file.name, DEFAULT_LIMITS)
        if kind not in _WORKBOOKS + _MARKUP:
            return Opinion(file, "other", kind)
        grids = _grids(raw, file.name, kind)
    except UnreadableError as error:
        how = "theirs" if filled else "empty" if flat is not None else "neither"
        return Opinion(file, how, f"{error.code}: {error.en}")
    if flat is None:
        return Opinion(file, "ours")
    values, differences = 0, list[Difference]()
    ours = {grid.sheet: grid_cells(grid) for grid in grids}
    for sheet in dict.fromkeys([*ours, *flat.sheets]):
        found = compare_sheet(sheet, ours.get(sheet, {}), flat, kind)
        values += found.values
        differences += found.differences
    return Opinion(file, "both", "", values, tuple(_heard(raw, kind, differences)))


def _heard(raw: bytes, kind: str, differences: Sequence[Difference]) -> list[Difference]:
    """The same differences; a formula's result that a third reader finds stored as we do is explained."""
    stored = witness(raw, kind) if any(d.formula and not d.reason for d in differences) else None
    return [
        replace(d, reason=COMPUTED)
        if stored and d.formula and not d.reason and stored(d.sheet, d.row, d.column) == d.ours
        else d
        for d in differences
    ]


def _grids(raw: bytes, name: str, kind: str) -> Sequence[Grid]:
    if kind in _MARKUP:
        from assets.read.markup import read_markup

        return read_markup(raw, name, kind, DEFAULT_LIMITS)[0]
    from assets.read.workbook import read_workbook

    return read_workbook(raw, name, kind, DEFAULT_LIMITS)


def summary(opinions: Iterable[Opinion]) -> dict[str, int | float]:
    """Counts over some files, and in percent how many values agree: of all, and of those that both read as stored."""
    listed = list(opinions)
    how = Counter(o.how for o in listed)
    values = sum(o.values for o in listed)
    differences = [d for o in listed for d in o.differences]
    own = sum(d.reason in NOT_STORED for d in differences)
    return {
        "files": len(listed),
        **{name: how[name] for name in ("both", "ours", "theirs", "empty", "neither", "other")},
        "values": values,
        "differ": len(differences),
        "unexplained": sum(not d.reason for d in differences),
        "agree": _share(values, len(differences)),
        "agree_stored": _share(values - own, len(differences) - own),
    }


def _share(values: int, differ: int) -> float:
    return 100.0 * (1 - differ / values) if values else 100.0
