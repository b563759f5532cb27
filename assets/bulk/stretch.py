"""One stretch of a large text as columns; lines that are no record by themselves are split by the forgiving reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
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

    def counted_from(self, first: int) -> Stretch:
        """The same stretch, split as if its first record had the number 0, where that number is `first`."""
        others = [(number + first, cells) for number, cells in self.others]
        return replace(self, rows=self.rows + first, others=others)


def split_stretch(raw: bytes, layout: Layout, first: int) -> Stretch:
    """Split the lines of a stretch (UTF-8, ended by line feeds); its first record has the number `first`."""
    lines, quoted = _count(raw, "\n"), _quoted_lines(raw, layout.dialect.quote)
    if not quoted or _regular(_lines(quoted), layout).all():
        sign = layout.dialect.delimiter
        plain, signs = lines - _count(quoted, "\n"), _count(raw, sign) - _count(quoted, sign)
        texts = _columns(raw, layout, quoted=bool(quoted)) if signs == (layout.width - 1) * plain else None
        # No record is wider (that is refused) and the signs add up: none is narrower either.
        if texts is not None and texts.height == lines:
            return Stretch(texts, _numbers(first, lines), [], lines)
    return _line_by_line(_lines(raw), layout, first)


def count_records(raw: bytes, layout: Layout) -> int:
    """Number of records of a stretch, blank ones included; cheaper than splitting it."""
    quoted = _quoted_lines(raw, layout.dialect.quote)
    if not quoted or _regular(_lines(quoted), layout).all():
        return _count(raw, "\n")
    return split_stretch(raw, layout, 1).count


def _count(raw: bytes, sign: str) -> int:
    """How often a sign stands in a text; for one octet several times as fast as `bytes.count`, which stops at each."""
    octets = sign.encode()
    if len(octets) != 1:
        return raw.count(octets)
    return int(np.count_nonzero(np.frombuffer(raw, np.uint8) == octets[0]))


def _quoted_lines(raw: bytes, quote: str) -> bytes:
    """The lines that hold a quotation mark, each with its end; all lines where most do."""
    mark = quote.encode()
    if not mark or mark not in raw:
        return b""
    if _count(raw, quote) > _count(raw, "\n"):
        return raw
    lines: list[bytes] = []
    at = raw.find(mark)
    while at >= 0:
        end = raw.index(b"\n", at) + 1
        lines.append(raw[raw.rfind(b"\n", 0, at) + 1 : end])
        at = raw.find(mark, end)
    return b"".join(lines)


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
