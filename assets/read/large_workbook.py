"""Reads workbooks with very large sheets as columns, at little more than the cost of parsing them."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import polars as pl

from assets.read.condense import split_frame
from assets.read.grid import Grid, Merge
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.sheet_layout import column_number, sheet_parts

__all__ = ["has_large_sheet", "read_large_workbook"]

_LARGE_PART = 24 * 1024**2
_ENDS = 512 * 1024
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension\s+ref="\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_MOMENT = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$"


def has_large_sheet(raw: bytes, kind: str) -> bool:
    """Whether a workbook has a sheet that is worth reading as columns."""
    if kind not in ("xlsx", "xlsm"):
        return False
    with zipfile.ZipFile(BytesIO(raw)) as package:
        return any(m.file_size > _LARGE_PART and "worksheets/" in m.filename for m in package.infolist())


def read_large_workbook(raw: bytes, name: str, limits: Limits) -> list[Grid]:
    """Raw grids of the sheets of an xlsx workbook, the middle of each large one as a frame.

    Every value comes as text from the parser, so that a number which stands as text cannot be told from a number:
    such repairs are not listed for these workbooks. Raises UnreadableError damaged, empty or too_large.
    """
    import fastexcel

    grids = []
    try:
        book = fastexcel.read_excel(raw)
        with zipfile.ZipFile(BytesIO(raw)) as package:
            parts = sheet_parts(package)
            for title in book.sheet_names:
                sheet = book.load_sheet(title, header_row=None, dtypes="string")
                frame = sheet.to_polars()
                if frame.height * frame.width > limits.cells:
                    raise refuse("too_large", name, f"trang “{title}”", f"sheet “{title}”")
                if frame.height and frame.width:
                    ends = _ends(package, parts.get(title, ""))
                    grids.append(_grid(title, frame, ends, sheet.visible != "visible"))
    except fastexcel.FastExcelError as error:
        raise refuse("damaged", name) from error
    if not grids:
        raise refuse("empty", name)
    return grids


def _ends(package: zipfile.ZipFile, part: str) -> tuple[bytes, bytes]:
    """The first and the last bytes of a sheet's xml, where its extent and its merged ranges stand."""
    if part not in package.NameToInfo:
        return b"", b""
    with package.open(part) as stream:
        first = last = stream.read(_ENDS)
        while chunk := stream.read(_ENDS):
            last = last[-_ENDS:] + chunk
    return first, last


def _grid(title: str, frame: pl.DataFrame, ends: tuple[bytes, bytes], hidden: bool) -> Grid:
    top, left = _origin(ends[0], frame)
    merges = tuple(
        Merge(int(m[2]) - top, column_number(m[1]) - left, int(m[4]) - top, column_number(m[3]) - left)
        for m in _MERGE.finditer(ends[1])
        if int(m[2]) >= top and column_number(m[1]) >= left
    )
    texts = frame.select(_as_stored(frame.to_series(place)).alias(f"c{place}") for place in range(frame.width))
    grid = split_frame(texts, top, left)
    grid.sheet, grid.merges, grid.hidden = title, merges, hidden
    return grid


def _origin(head: bytes, frame: pl.DataFrame) -> tuple[int, int]:
    """Sheet row and column of the frame's first cell: that of the declared extent, where it has the frame's size."""
    match = _DIMENSION.search(head)
    if match and match[3]:
        top, left = int(match[2]), column_number(match[1])
        if column_number(match[3]) - left + 1 == frame.width and int(match[4]) - top + 1 == frame.height:
            return top, left
    return 1, 1


def _as_stored(series: pl.Series) -> pl.Series:
    """Moments as ISO dates and truth values in capitals, as the small reader gives them."""
    moments = series.str.contains(_MOMENT).fill_null(False)
    if moments.any():
        dates = series.str.replace(r" 00:00:00$", "").str.replace(" ", "T", literal=True)
        series = dates.zip_with(moments, series)
    if series.is_in(["true", "false"]).sum() == series.len() - series.null_count() > 0:
        series = series.str.to_uppercase()
    return series
