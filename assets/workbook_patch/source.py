"""What a sent file is made of when it is written back: its own bytes out of an archive, and its raw grids."""

from __future__ import annotations

from pathlib import Path, PurePath

from assets.read.content import detect_format
from assets.read.grid import Grid
from assets.read.limits import DEFAULT_LIMITS

__all__ = ["grids_of", "unpacked"]


def unpacked(path: Path, name: str) -> tuple[bytes, str, str]:
    """Bytes, name and format of a file, taken out of the archive that it was sent in, if any.

    Raises UnreadableError.
    """
    raw = path.read_bytes()
    kind = detect_format(raw, name, DEFAULT_LIMITS)
    if kind == "zip":
        from assets.read.package import open_package, read_member, single_member

        package = open_package(raw, name, DEFAULT_LIMITS)
        member = single_member(package, name)
        raw, name = read_member(package, member, name, DEFAULT_LIMITS), PurePath(member).name
        kind = detect_format(raw, name, DEFAULT_LIMITS)
    return raw, name, kind


def grids_of(raw: bytes, name: str, kind: str) -> list[Grid]:
    """The sheets of a file as they stand, before any table is looked for. Raises UnreadableError."""
    if kind in ("xlsx", "xlsm", "xlsb", "xls", "ods"):
        from assets.read.claims import with_true_claims
        from assets.read.workbook import read_workbook

        return read_workbook(with_true_claims(raw, name, kind, DEFAULT_LIMITS), name, kind, DEFAULT_LIMITS)
    if kind in ("html", "xml"):
        from assets.read.markup import read_markup

        return read_markup(raw, name, kind, DEFAULT_LIMITS)[0]
    if kind == "parquet":
        from assets.read.columnar import read_parquet

        return [read_parquet(raw, name, DEFAULT_LIMITS)]
    if kind == "json":
        from assets.read.json_records import read_json

        found = read_json(raw, name, DEFAULT_LIMITS)
        if found is not None:
            return [found[0]]
    from assets.read.delimited import read_delimited

    return [read_delimited(raw, name, DEFAULT_LIMITS)[0]]
