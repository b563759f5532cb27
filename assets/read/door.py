"""The way in: from a file's bytes to the tables that it holds."""

from __future__ import annotations

import logging
from pathlib import Path, PurePath

from assets.read.content import detect_format
from assets.read.grid import BLANK, Grid, Merge
from assets.read.limits import DEFAULT_LIMITS, Limits
from assets.read.refusal import refuse
from data.table import Reading, Repair, Table, UnreadableError

__all__ = ["read_bytes", "read_file"]

log = logging.getLogger(__name__)

_MOST_COVERED = 5_000_000
"""Cells that merged ranges may cover in all; each is kept by its place when the table is looked for."""


def read_file(path: Path, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Tables of a file, each value with its sheet, row and column.

    `name` is the file's own name where its bytes lie under another one (a hash); the content decides the format
    whatever the name says. Raises data.table.UnreadableError.
    """
    shown = name or path.name
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise refuse("too_large", shown, f"{size / 1024**2:.0f} MB", f"{size / 1024**2:.0f} MB")
        raw = path.read_bytes()
    except IsADirectoryError as error:
        raise refuse("not_a_table", shown, "đây là thư mục", "this is a folder") from error
    except FileNotFoundError as error:
        raise refuse("empty", shown, "không tìm thấy tệp", "there is no such file") from error
    except OSError as error:
        raise refuse("damaged", shown, "không đọc được tệp", "the file cannot be read") from error
    return read_bytes(raw, shown, limits=limits, path=path)


def read_bytes(raw: bytes, name: str, *, limits: Limits = DEFAULT_LIMITS, path: Path | None = None) -> Reading:
    """Tables of a file given as bytes; see read_file."""
    try:
        return _opened(raw, name, limits, path)
    except UnreadableError:
        raise
    except MemoryError:
        raise refuse("too_large", name, "cần quá nhiều bộ nhớ để đọc", "it takes too much memory to read") from None
    except RecursionError:
        raise refuse("damaged", name, "nội dung lồng quá sâu", "it is nested too deeply") from None
    except Exception as error:  # a fault of ours: this file is refused, those that wait behind it are not held up
        log.exception("%s: lỗi trong bộ đọc / a fault in the reader", name)
        raise refuse("damaged", name) from error


def _opened(raw: bytes, name: str, limits: Limits, path: Path | None) -> Reading:
    kind = detect_format(raw, name, limits)
    member = None
    if kind == "zip":
        from assets.read.package import open_package, read_member, single_member

        package = open_package(raw, name, limits)
        member = single_member(package, name)
        raw = read_member(package, member, name, limits)
        kind = detect_format(raw, f"{name}/{PurePath(member).name}", limits)
        if kind == "zip":
            raise refuse("many_files", name, "tệp nén lồng nhau", "an archive inside an archive")
    encoding = delimiter = None
    grids: list[Grid]
    if kind in ("xlsx", "xlsm", "xlsb", "xls", "ods"):
        from assets.read.claims import with_true_claims
        from assets.read.workbook import read_workbook

        grids = read_workbook(with_true_claims(raw, name, kind, limits), name, kind, limits)
    elif kind in ("html", "xml"):
        from assets.read.markup import read_markup

        grids, encoding = read_markup(raw, name, kind, limits)
    elif kind == "parquet":
        from assets.read.columnar import read_parquet

        grids = [read_parquet(raw, name, limits)]
    else:
        grids, kind, encoding, delimiter = _text(raw, name, kind, limits)
    return _reading(grids, name, kind, encoding, delimiter, member, path, limits)


def _text(raw: bytes, name: str, kind: str, limits: Limits) -> tuple[list[Grid], str, str | None, str | None]:
    from assets.read.delimited import read_delimited

    if kind == "json":
        from assets.read.json_records import read_json

        found = read_json(raw, name, limits)
        if found is not None:
            grid, encoding, kind = found
            return [grid], kind, encoding, None
    grid, encoding, delimiter = read_delimited(raw, name, limits)
    return [grid], "tsv" if delimiter == "\t" else "csv", encoding, delimiter or None


def _reading(
    grids: list[Grid],
    name: str,
    kind: str,
    encoding: str | None,
    delimiter: str | None,
    member: str | None,
    path: Path | None,
    limits: Limits,
) -> Reading:
    from dataclasses import replace

    from assets.read.condense import condense
    from assets.read.repairs import find_repairs
    from assets.read.shape import TooManyTablesError, find_tables
    from assets.read.stored_kinds import with_stored_kinds

    tables: list[Table] = []
    for grid in grids:
        _check_width(grid, name, limits)
        _bound_merges(grid)
        whole = condense(grid, limits)
        try:
            found = find_tables(whole)
        except TooManyTablesError:
            raise refuse("too_large", name, "có quá nhiều bảng con", "it falls into too many tables") from None
        kinded = (with_stored_kinds(table, whole) for table in found)
        tables.extend(replace(table, repairs=_in_order(table.repairs, find_repairs(table))) for table in kinded)
    if not tables:
        raise refuse("empty", name, "không tìm thấy bảng nào", "no table was found")
    return Reading(name, kind, tuple(tables), encoding, delimiter, member, path)


def _in_order(first: tuple[Repair, ...], later: tuple[Repair, ...]) -> tuple[Repair, ...]:
    """Two lists of repairs row by row from left to right, the first list's before the later's of the same cell."""
    return tuple(sorted((*first, *later), key=lambda repair: (repair.row, repair.column))) if first else later


def _check_width(grid: Grid, name: str, limits: Limits) -> None:
    """Refuse a sheet that fills too many columns; a lone value far to the right is none of them."""
    if grid.width <= limits.columns:
        return
    filled = {column for kinds in grid.kinds for column, kind in enumerate(kinds) if kind != BLANK}
    if len(filled) > limits.columns:
        vi, en = f"bảng có {len(filled)} cột", f"a table has {len(filled)} columns"
        raise refuse("too_large", name, f"{vi}{' ở trang “' + grid.sheet + '”' if grid.sheet else ''}", en)


def _bound_merges(grid: Grid) -> None:
    """Keep merged ranges within the sheet's cells, and no more of them than the cells that they can cover."""
    height = len(grid.cells) + (0 if grid.body is None else grid.body.height)
    left = _MOST_COVERED
    kept: list[Merge] = []
    for merge in grid.merges:
        bottom, right = min(merge.bottom, height - 1), min(merge.right, grid.width - 1)
        if merge.top > bottom or merge.left > right:
            continue
        left -= (bottom - merge.top + 1) * (right - merge.left + 1)
        if left < 0:
            break
        kept.append(Merge(merge.top, merge.left, bottom, right))
    grid.merges = tuple(kept)
