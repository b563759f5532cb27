"""The way in: from a file's bytes to the tables that it holds."""

from __future__ import annotations

from pathlib import Path, PurePath

from assets.read.content import detect_format
from assets.read.grid import Grid
from assets.read.limits import DEFAULT_LIMITS, Limits
from assets.read.refusal import refuse
from data.table import Reading, Table

__all__ = ["read_bytes", "read_file"]


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
        from assets.read.workbook import read_workbook

        grids = read_workbook(raw, name, kind, limits)
    elif kind in ("html", "xml"):
        from assets.read.markup import read_markup

        grids, encoding = read_markup(raw, name, kind)
    elif kind == "parquet":
        from assets.read.columnar import read_parquet

        grids = [read_parquet(raw, name)]
    else:
        grids, kind, encoding, delimiter = _text(raw, name, kind, limits)
    return _reading(grids, name, kind, encoding, delimiter, member, path, limits)


def _text(raw: bytes, name: str, kind: str, limits: Limits) -> tuple[list[Grid], str, str | None, str | None]:
    from assets.read.delimited import read_delimited

    if kind == "json":
        from assets.read.json_records import read_json

        found = read_json(raw, name)
        if found is not None:
            grid, encoding, kind = found
            return [grid], kind, encoding, None
    grid, encoding, delimiter = read_delimited(raw, name)
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
    from assets.read.shape import find_tables

    tables: list[Table] = []
    for grid in grids:
        whole = condense(grid, limits)
        tables.extend(replace(table, repairs=find_repairs(table, whole)) for table in find_tables(whole))
    if not tables:
        raise refuse("empty", name, "không tìm thấy bảng nào", "no table was found")
    return Reading(name, kind, tuple(tables), encoding, delimiter, member, path)
