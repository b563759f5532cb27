"""Which columns of an xlsx sheet show their numbers as percentages: 0.12 is stored where 12 % is seen."""

from __future__ import annotations

import re
import zipfile
from collections import Counter

__all__ = ["percent_columns", "percent_styles"]

_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\s([^>]*)")
_FORMAT_ID = re.compile(rb'\bnumFmtId="(\d+)"')
_CUSTOM = re.compile(rb'<(?:\w+:)?numFmt\s[^>]*?\bnumFmtId="(\d+)"[^>]*?\bformatCode="([^"]*)"')
_CELL = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\br="([A-Z]+)\d+")(?=[^>]*\bs="(\d+)")[^>]*>(?=<(?:\w+:)?[vf]\b)')
_BUILT_IN = {9, 10}
"""Excel's own percent formats, 0 % and 0.00 % (ECMA-376 part 1, 18.8.30)."""


def percent_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show percentages."""
    part = next((n for n in package.namelist() if n.lower().lstrip("/").endswith("xl/styles.xml")), None)
    if part is None:
        return frozenset()
    xml = package.read(part)
    formats = _CELL_FORMATS.search(xml)
    if formats is None:
        return frozenset()
    percent = _BUILT_IN | {int(number) for number, code in _CUSTOM.findall(xml) if b"%" in code}
    found = (_FORMAT_ID.search(attributes) for attributes in _FORMAT.findall(formats[0]))
    return frozenset(i for i, match in enumerate(found) if match is not None and int(match[1]) in percent)


def percent_columns(xml: bytes, styles: frozenset[int]) -> tuple[str, ...]:
    """Letters of the columns of which most cells with a value and a style of their own are shown as percentages."""
    if not styles:
        return ()
    shown: Counter[bytes] = Counter()
    styled: Counter[bytes] = Counter()
    for letters, style in _CELL.findall(xml):
        styled[letters] += 1
        shown[letters] += int(style) in styles
    return tuple(letters.decode() for letters, count in shown.items() if count * 2 > styled[letters])
