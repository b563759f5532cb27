"""A sent file with some cells corrected: in its own form where that can be written, else as xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from assets.annotate import write_edited
from assets.text_patch import correct_text
from assets.workbook_patch.edits import CellEdit
from assets.workbook_patch.source import unpacked

__all__ = ["Correction", "apply_corrections"]

_IN_PLACE = {"xlsx", "xlsm"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell's new value. Row and column as in the sheet, from 1 (of json: the record's number, its column).

    value: as a person types it, "1.234,5" or "31/10/2026"; None empties the cell.
    """

    sheet: str
    row: int
    column: int
    value: str | None


def apply_corrections(source: Path, name: str, corrections: Sequence[Correction], target_folder: Path) -> Path:
    """Write the corrected file into a folder and return its path; nothing but the corrected cells changes.

    name: the file's own name, where its bytes lie under another. xlsx and csv keep their form; xlsm becomes xlsx
    without its macros; of xls, ods, json and others the values come as xlsx, each at its place. A cell that holds a
    number, or stands among numbers, gets a number; one with a day gets a day; else the text stands as it was typed. Of
    two corrections of one cell the later counts. Raises UnreadableError where the file cannot be read.
    """
    raw, inner, kind = unpacked(source, name)
    target_folder.mkdir(parents=True, exist_ok=True)
    shown = PurePath(inner.replace("\\", "/")).name or "file"
    if kind == "csv":
        corrected = correct_text(raw, shown, {(c.row, c.column): c.value or "" for c in corrections})
        if corrected is not None:
            target = target_folder / shown
            target.write_bytes(corrected)
            return target
    target = target_folder / (shown if shown.lower().endswith(".xlsx") else f"{PurePath(shown).stem}.xlsx")
    edits: dict[str, dict[tuple[int, int], CellEdit]] = {}
    for c in corrections:
        edits.setdefault(c.sheet, {})[c.row, c.column] = CellEdit(corrected=True, typed=c.value)
    write_edited(source, name, edits, target, None)
    return target
