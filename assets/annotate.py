"""The sent workbook given back with its wrong cells coloured and commented, and a sheet that lists the findings."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from assets.findings_export import in_order
from assets.read.limits import DEFAULT_LIMITS
from assets.read.marked_areas import range_of
from assets.read.package import open_package
from assets.workbook_patch.edits import CellEdit, Edits, NotPatchableError
from assets.workbook_patch.list_sheet import LIST_SHEET
from assets.workbook_patch.patch import patch_workbook
from assets.workbook_patch.rebuilt import write_rebuilt
from assets.workbook_patch.rewrite import rewrite_workbook
from assets.workbook_patch.source import grids_of, unpacked
from checks.finding import Finding, Verdict
from checks.staged import Staged

__all__ = ["LIST_SHEET", "annotate_workbook"]

_ORDER = {"error": 0, "warning": 1, "info": 2}


def annotate_workbook(source: Path, staged: Staged, verdict: Verdict, target: Path) -> None:
    """Write `target`: the workbook as sent where it is xlsx or xlsm, else its values as xlsx, with every finding.

    All that is not marked stays byte for byte as it was sent. Whoever opens it runs nothing of the sender's: macros and
    links to other files are left out, formulas that call another program stand as text. Raises UnreadableError where
    the file is not the one that was judged.
    """
    write_edited(source, staged.file, marks(staged, verdict), target, in_order(verdict))


def write_edited(source: Path, name: str, edits: Edits, target: Path, findings: list[Finding] | None) -> None:
    """Write `target` with edits made: in place where the form allows it, else through openpyxl, else made anew."""
    raw, name, kind = unpacked(source, name)
    if kind in ("xlsx", "xlsm"):
        try:
            with open_package(raw, name, DEFAULT_LIMITS) as package:
                patch_workbook(package, edits, target, findings)
            return
        except NotPatchableError:
            if rewrite_workbook(raw, edits, target, findings):
                return
    write_rebuilt(grids_of(raw, name, kind), edits, target, findings)


def marks(staged: Staged, verdict: Verdict) -> Edits:
    """Colour and note of each cell with findings, by sheet and place."""
    by_cell: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        place = _place(staged, finding)
        if place is not None:
            by_cell[finding.sheet or "", *place].append(finding)
    found: dict[str, dict[tuple[int, int], CellEdit]] = {}
    for (sheet, row, column), findings in by_cell.items():
        worst = min((f.severity for f in findings), key=_ORDER.__getitem__)
        lines = [f.message_vi + (f"\n→ {f.suggestion.label}" if f.suggestion else "") for f in findings]
        found.setdefault(sheet, {})[row, column] = CellEdit(worst, "\n".join(dict.fromkeys(lines)))
    return found


def _place(staged: Staged, finding: Finding) -> tuple[int, int] | None:
    if finding.cell is None:
        return None
    box = range_of(finding.cell)
    if box is not None:
        return box[0], box[1]
    column = staged.mapping.get(finding.column or "")
    return (finding.row, column) if finding.row and column else None
