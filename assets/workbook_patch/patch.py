"""Writes an xlsx or xlsm workbook again with some cells changed and a list of findings, all else byte for byte."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.parsers import expat

from assets.read.marked_areas import range_of
from assets.read.package_parts import related
from assets.workbook_patch.book import Book, relation_attribute
from assets.workbook_patch.disarm import without_outward_formulas
from assets.workbook_patch.edits import MOST_NOTES, CellEdit, Edits, NotPatchableError
from assets.workbook_patch.list_sheet import findings_sheet, list_name, remarks
from assets.workbook_patch.notes import drawing_with_notes, with_notes
from assets.workbook_patch.rows import RowEditor
from assets.workbook_patch.styles import Styles
from assets.workbook_patch.survey import SheetSurvey, row_chunks, survey_sheet
from assets.workbook_patch.typed import TypedValues
from assets.workbook_patch.xml_text import attribute, opening
from checks.finding import Finding

__all__ = ["patch_workbook"]

_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell(?=\s)([^<>]*?)/?>")
_BEHIND_DRAWING = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems",
     "tableParts", "extLst"}
)  # fmt: skip
"""Elements of a sheet that follow its notes' drawing (ECMA-376 part 1, 18.3.1.99)."""
_HEAD_ROOM = 1_048_576


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str
    survey: SheetSurvey
    edits: Mapping[tuple[int, int], CellEdit]


def patch_workbook(package: zipfile.ZipFile, edits: Edits, target: Path, findings: list[Finding] | None = None) -> None:
    """Write `target`: the workbook with the edits made and, unless None, a sheet that lists the findings.

    Changed parts are those of the sheets with edits or with formulas that reach out, the styles, comments and their
    drawings, and the lists that name parts. Raises NotPatchableError where the workbook cannot be edited so; `target`
    may be half written then.
    """
    book = Book(package)
    styles_part = book.related_part(book.name, "styles")
    styles = Styles(book.read(styles_part))
    surveyed = list(_surveyed(book, edits))
    if any(s.survey.calls or any(e.corrected for e in s.edits.values()) for s in surveyed):
        book.harmless.drop_calculation_order()
    streams: dict[str, Iterable[bytes]] = {}
    bounded = []
    for sheet in surveyed:
        notes = {place: e.note for place, e in sorted(sheet.edits.items()) if e.note}
        if len(notes) > MOST_NOTES:
            bounded.append(sheet.name)
            notes = dict(list(notes.items())[:MOST_NOTES])
        after = _with_notes(book, sheet, notes) if notes else sheet.survey.after
        after = without_outward_formulas(after)
        if sheet.edits or sheet.survey.calls or after != sheet.survey.after:
            streams[sheet.part] = _edited(book, sheet, after, styles)
    if findings is not None:
        part = book.add_sheet(list_name(list(book.sheets)))
        streams[part] = findings_sheet(findings, list(book.sheets), remarks(len(findings), bounded), styles)
    if styles_part is None:
        styles_part = book.free_name(
            "xl/styles.xml" if "xl/styles.xml" not in package.NameToInfo else "xl/styles{}.xml"
        )
        book.relate(book.name, "styles", styles_part)
        book.declare(styles_part, "styles")
        untouched = styles.xml()
    else:
        untouched = package.read(styles_part)
    book.write(target, streams, {styles_part: lambda: styles.xml() if styles.changed else untouched})


def _surveyed(book: Book, edits: Edits) -> Iterator[_Sheet]:
    for name, part in book.sheets.items():
        if part not in book.package.NameToInfo:
            raise NotPatchableError(f"{name}: no such part")
        if not _is_worksheet(book, part):
            continue
        wanted = edits.get(name, {})
        if any(not (0 < row <= _HEAD_ROOM and 0 < column <= 16_384) for row, column in wanted):
            raise NotPatchableError(f"{name}: a cell beyond the sheet")
        survey = survey_sheet(book.package, part, {c for (_, c), e in wanted.items() if e.corrected})
        if re.search(rb"<(?:[\w.-]+:)?oleObject\s[^<>]*\blink=", survey.after):
            raise NotPatchableError(f"{name}: a linked object")
        yield _Sheet(name, part, survey, _at_anchors(survey, wanted))


def _is_worksheet(book: Book, part: str) -> bool:
    kinds = {k for k, t in related(book.package, book.name).values() if t == part}
    return "chartsheet" not in kinds


def _at_anchors(survey: SheetSurvey, edits: Mapping[tuple[int, int], CellEdit]) -> Mapping[tuple[int, int], CellEdit]:
    """The edits with those of cells that a merged range covers moved to its first cell, the only one that shows."""
    moved = dict(edits)
    places = sorted(edits)
    for match in _MERGE.finditer(survey.after) if edits else ():
        box = range_of(attribute(match[1], b"ref"))
        if box is None:
            continue
        top, left, bottom, right = box
        for row, column in places[bisect_left(places, (top, 0)) : bisect_right(places, (bottom, 1 << 20))]:
            if left <= column <= right and (row, column) != (top, left):
                edit = moved.pop((row, column), None)
                if edit is not None:
                    moved[top, left] = _joined(moved.get((top, left)), edit)
    return moved


def _joined(first: CellEdit | None, other: CellEdit) -> CellEdit:
    if first is None:
        return other
    order = ("error", "warning", "info")
    severities = [s for s in (first.severity, other.severity) if s]
    notes = [n for n in (first.note, other.note) if n]
    worst = min(severities, key=order.index) if severities else None
    kept = first if first.corrected else other
    return replace(kept, severity=worst, note="\n".join(notes) or None)


def _edited(book: Book, sheet: _Sheet, after: bytes, styles: Styles) -> Iterator[bytes]:
    survey = sheet.survey
    values = TypedValues(styles, survey.kinds, from_1904=book.from_1904)
    editor = RowEditor(survey, sheet.edits, styles, values)
    chunks = row_chunks(book.package, sheet.part)
    next(chunks)
    yield _with_dimension(survey.before, sheet.edits)
    held = next(chunks, b"")
    for chunk in chunks:
        yield from editor.edited(held)
        held = chunk
    yield from editor.rest()
    yield after


def _with_dimension(before: bytes, edits: Mapping[tuple[int, int], CellEdit]) -> bytes:
    """The sheet's head with its extent widened to cells that are put in."""
    from data.table import cell_address

    tag = opening(before, b"dimension")
    box = range_of(attribute(tag[2], b"ref")) if tag else None
    if tag is None or box is None or not edits:
        return before
    rows, columns = [row for row, _ in edits], [column for _, column in edits]
    wide = (min(box[0], *rows), min(box[1], *columns), max(box[2], *rows), max(box[3], *columns))
    if wide == tuple(box):
        return before
    reference = f"{cell_address(wide[0], wide[1])}:{cell_address(wide[2], wide[3])}".encode()
    return before[: tag.start()] + b'<%sdimension ref="%s"%s>' % (tag[1], reference, tag[3]) + before[tag.end() :]


def _with_notes(book: Book, sheet: _Sheet, notes: Mapping[tuple[int, int], str]) -> bytes:
    """Adds the notes to the sheet's comments and drawing; what follows the sheet's rows comes back with its drawing."""
    comments = book.related_part(sheet.part, "comments")
    xml, cells = with_notes(book.read(comments), notes)
    if comments is None:
        comments = book.free_name("xl/commentsHub{}.xml")
        book.relate(sheet.part, "comments", comments)
        book.declare(comments, "comments")
    book.parts[comments] = xml
    if not cells:
        return sheet.survey.after
    drawing = _drawing_of(book, sheet)
    made = drawing_with_notes(book.read(drawing), cells, notes)
    if drawing is not None:
        book.parts[drawing] = made
        return sheet.survey.after
    drawing = book.free_name("xl/drawings/vmlDrawingHub{}.vml")
    book.parts[drawing] = made
    book.declare_drawings()
    tag = b"<%slegacyDrawing %s/>" % (
        sheet.survey.prefix, relation_attribute(sheet.survey.before, book.relate(sheet.part, "vmlDrawing", drawing))
    )  # fmt: skip
    at = _place_of_drawing(sheet.survey)
    return sheet.survey.after[:at] + tag + sheet.survey.after[at:]


def _drawing_of(book: Book, sheet: _Sheet) -> str | None:
    """The part with the shapes of the sheet's notes: the one that <legacyDrawing> names, not that of its headers."""
    tag = opening(sheet.survey.after, b"legacyDrawing")
    found = re.search(rb"""[\w.-]+:id\s*=\s*["']([^"']*)["']""", tag[2]) if tag else None
    part = related(book.package, sheet.part).get(found[1].decode(), ("", ""))[1] if found else None
    if tag is not None and part not in book.package.NameToInfo:
        raise NotPatchableError("a drawing that is not there")
    return part


def _place_of_drawing(survey: SheetSurvey) -> int:
    """Where in `after` a <legacyDrawing> belongs: before the first element that must follow it."""
    root = opening(survey.before, b"worksheet")
    assert root is not None
    head = root[0] + b"<%ssheetData>" % survey.prefix
    places: list[tuple[str, int]] = []
    depth = 0
    parser = expat.ParserCreate()

    def start(name: str, _: Sequence[str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:
            places.append((name.rpartition(":")[2], parser.CurrentByteIndex - len(head)))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0:
            places.append(("", parser.CurrentByteIndex - len(head)))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(head + survey.after, True)
    except expat.ExpatError as error:
        raise NotPatchableError(f"not well-formed: {error}") from error
    return next(at for name, at in places if name == "" or name in _BEHIND_DRAWING)
