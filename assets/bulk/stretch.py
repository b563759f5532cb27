"""One stretch of a large text as columns; lines that are no record by themselves are split by the forgiving reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from assets.read.records import Dialect, split_records
from assets.read.settle import settle_record

__all__ = ["Layout", "Stretch", "count_records", "split_stretch"]


@dataclass(frozen=True)
class Layout:
    """What all records of a source have in common. `usual` is the kind of value that each column mostly holds."""

    dialect: Dialect
    width: int
    usual: tuple[str, ...]


@dataclass(frozen=True)
class Stretch:
    """Records of one stretch.

    texts: String columns c0, c1, …, null for an empty cell; the records that stand on a line of their own.
    rows: their numbers, UInt32, ascending.
    others: (number, cells) of the records that needed a second look, brought to the usual width where that is clear.
    count: number of records in all, blank ones included.
    """

    texts: pl.DataFrame
    rows: pl.Series
    others: list[tuple[int, list[str]]]
    count: int


def split_stretch(raw: bytes, layout: Layout, first: int) -> Stretch:
    """Split the lines of a stretch (UTF-8, ended by line feeds); its first record has the number `first`."""
    delimiter, quote = layout.dialect.delimiter.encode(), layout.dialect.quote.encode()
    lines, signs = raw.count(b"\n"), raw.count(delimiter)
    held = _lines(raw) if quote and quote in raw else None
    quoted = _quoted(held) if held is not None else None
    if quoted is None or _regular(quoted, layout).all():
        plain = lines if quoted is None else lines - len(quoted)
        if quoted is not None:
            signs -= int(quoted.str.count_matches(layout.dialect.delimiter, literal=True).sum())
        texts = _columns(raw, layout, quoted=quoted is not None) if signs == (layout.width - 1) * plain else None
        # No record is wider (that is refused) and the signs add up: none is narrower either.
        if texts is not None and texts.height == lines:
            return Stretch(texts, _numbers(first, lines), [], lines)
    return _line_by_line(_lines(raw) if held is None else held, layout, first)


def count_records(raw: bytes, layout: Layout) -> int:
    """Number of records of a stretch, blank ones included; cheaper than splitting it."""
    quote = layout.dialect.quote.encode()
    if not quote or quote not in raw or _regular(_quoted(_lines(raw)), layout).all():
        return raw.count(b"\n")
    return split_stretch(raw, layout, 1).count


def _quoted(lines: pl.Series) -> pl.Series:
    return lines.filter(lines.str.contains('"', literal=True))


def _lines(raw: bytes) -> pl.Series:
    """The lines of a stretch without their ends."""
    try:
        lines = pl.read_csv(
            raw, separator="\x01", has_header=False, schema={"line": pl.String}, quote_char=None,
            empty_string_is_null=False,
        ).to_series()  # fmt: skip
        if len(lines) == raw.count(b"\n"):
            return lines
    except (pl.exceptions.PolarsError, UnicodeError):
        pass
    return pl.Series("line", raw.decode("utf-8", errors="replace").split("\n")[:-1], dtype=pl.String)


def _numbers(first: int, count: int) -> pl.Series:
    return pl.int_range(first, first + count, dtype=pl.UInt32, eager=True)


def _columns(raw: bytes, layout: Layout, *, quoted: bool) -> pl.DataFrame | None:
    if not raw:
        return pl.DataFrame(schema=_schema(layout))
    try:
        return pl.read_csv(
            raw,
            separator=layout.dialect.delimiter,
            has_header=False,
            schema=_schema(layout),
            quote_char='"' if quoted else None,
        )
    except (pl.exceptions.PolarsError, UnicodeError):
        return None


def _schema(layout: Layout) -> dict[str, type[pl.String]]:
    return {f"c{column}": pl.String for column in range(layout.width)}


def _line_by_line(lines: pl.Series, layout: Layout, first: int) -> Stretch:
    regular = _regular(lines, layout)
    found: dict[int, list[list[str]]] = {}
    for begin, end in _runs(~regular):
        text = "\n".join(lines[begin:end].to_list()) + "\n"
        found[begin] = list(split_records(text, layout.dialect)) or [[]]
    counts = regular.cast(pl.UInt32)
    if found:
        counts = counts.scatter(list(found), [len(records) for records in found.values()])
    before = counts.cum_sum() - counts + first
    others = [
        (before[begin] + place, _settled(record, layout))
        for begin, records in found.items()
        for place, record in enumerate(records)
        if any(cell.strip() for cell in record)
    ]
    kept = lines.filter(regular)
    texts = _columns(
        (kept.str.join("\n")[0] + "\n").encode() if len(kept) else b"", layout, quoted=bool(layout.dialect.quote)
    )
    if texts is None or texts.height != len(kept):
        raise ValueError("a stretch of well-formed lines could not be split")
    return Stretch(texts, before.filter(regular).cast(pl.UInt32), others, int(counts.sum()))


def _regular(lines: pl.Series, layout: Layout) -> pl.Series:
    """Lines that are one record of the usual width, well quoted."""
    sign, quote = layout.dialect.delimiter, layout.dialect.quote
    if not quote or not lines.str.contains(quote, literal=True).any():
        return lines.str.count_matches(sign, literal=True) == layout.width - 1
    cell = f'(?:[^"{_in_class(sign)}\r]*|"(?:[^"]|"")*")'
    whole = lines.str.contains(f"^{cell}(?:{re.escape(sign)}{cell}){{{layout.width - 1}}}$")
    marks = lines.str.count_matches(quote, literal=True)
    opened = (marks.cum_sum() - marks) % 2
    return whole & (opened == 0)


def _in_class(sign: str) -> str:
    return "\\" + sign if sign in "^]-\\" else sign


def _runs(flags: pl.Series) -> list[tuple[int, int]]:
    """(begin, end) of each run of true values."""
    places = flags.arg_true().to_list()
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = runs[-1][0], place + 1
        else:
            runs.append((place, place + 1))
    return runs


def _settled(record: list[str], layout: Layout) -> list[str]:
    settled = settle_record(record, layout.width, list(layout.usual), layout.dialect)
    return settled[: layout.width] + [""] * (layout.width - len(settled))
