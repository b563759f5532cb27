"""The style part of a workbook with cell formats added: clones of those in use with a fill or a number format more."""

from __future__ import annotations

import re
from functools import cached_property

from assets.workbook_patch.edits import COLOURS, NotPatchableError
from assets.workbook_patch.xml_text import MAIN, attribute, opening, plain_part, with_attribute

__all__ = ["Styles"]

_MOST_FORMATS = 65_000
"""Cell formats of a workbook are 65,490 at most (Excel specifications and limits)."""
_MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="%s">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>' % MAIN
)
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENTS = frozenset((9, 10))
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PLAIN_DATE = 14
_HEADER, _WRAPPED = "header", "wrapped"


class Styles:
    """A workbook's cell formats; new ones are given out as they are asked for and written by `xml`."""

    def __init__(self, xml: bytes | None) -> None:
        self._xml = plain_part(xml) if xml is not None else _MINIMAL
        root = opening(self._xml, b"styleSheet")
        if root is None or MAIN not in root[2]:
            raise NotPatchableError("styles of another kind")
        self._prefix = root[1]
        self._formats = self._children(b"cellXfs", b"xf")
        self._fills = len(self._children(b"fills", b"fill"))
        self._fonts = len(self._children(b"fonts", b"font"))
        if not self._formats or not self._fonts:
            raise NotPatchableError("styles without cell formats")
        self._made: dict[tuple[int, str | None, int | None], int] = {}
        self._added: list[bytes] = []

    def marked(self, base: str, severity: str | None, *, date: bool = False) -> bytes:
        """Number of a format like `base` ("" is the first) with a finding's fill, and a date's format if asked."""
        number = int(base) if base.isdigit() and int(base) < len(self._formats) else 0
        wanted = (number, severity, _PLAIN_DATE if date else None)
        if wanted == (number, None, None):
            return base.encode() or b"0"
        return b"%d" % self._number(wanted, lambda: self._clone(*wanted))

    @property
    def header(self) -> bytes:
        """Number of the format of a heading of the list of findings."""
        return b"%d" % self._number((0, _HEADER, None), lambda: self._plain(self._fills + len(COLOURS), self._fonts))

    @property
    def wrapped(self) -> bytes:
        """Number of the format of running text in that list."""
        return b"%d" % self._number((0, _WRAPPED, None), lambda: self._plain(0, 0))

    def is_date(self, style: str) -> bool:
        """Whether numbers in that format are shown as dates or times."""
        number, code = self._number_format(style)
        return number in _DATES or bool(re.search(r"[dmyhs]", _QUOTED.sub("", code), re.IGNORECASE))

    def is_percent(self, style: str) -> bool:
        """Whether numbers in that format are shown as percentages."""
        number, code = self._number_format(style)
        return number in _PERCENTS or "%" in _QUOTED.sub("", code)

    @property
    def changed(self) -> bool:
        """Whether anything was added."""
        return bool(self._added)

    def xml(self) -> bytes:
        """The part with what was added."""
        fills = [self._fill(colour) for colour in (*COLOURS.values(), "E8ECEF")]
        font = self._element(b'<@font><@b/><@sz val="11"/><@name val="Calibri"/></@font>')
        xml = self._with(self._xml, b"fonts", [font])
        return self._with(self._with(xml, b"fills", fills), b"cellXfs", self._added)

    def _number(self, wanted: tuple[int, str | None, int | None], make: object) -> int:
        if wanted not in self._made:
            if len(self._formats) + len(self._added) >= _MOST_FORMATS:
                return wanted[0]
            self._added.append(make())  # type: ignore[operator]
            self._made[wanted] = len(self._formats) + len(self._added) - 1
        return self._made[wanted]

    def _clone(self, base: int, severity: str | None, number_format: int | None) -> bytes:
        attributes, inner = self._formats[base]
        if severity is not None:
            fill = b"%d" % (self._fills + list(COLOURS).index(severity))
            attributes = with_attribute(with_attribute(attributes, b"fillId", fill), b"applyFill", b"1")
        if number_format is not None:
            attributes = with_attribute(attributes, b"numFmtId", b"%d" % number_format)
            attributes = with_attribute(attributes, b"applyNumberFormat", b"1")
        tag = b"<%sxf %s" % (self._prefix, attributes)
        return tag + (b">" + inner + b"</%sxf>" % self._prefix if inner else b"/>")

    def _plain(self, fill: int, font: int) -> bytes:
        return self._element(
            b'<@xf numFmtId="0" fontId="%d" fillId="%d" borderId="0" xfId="0" applyFont="1" applyFill="1" '
            b'applyAlignment="1"><@alignment vertical="top" wrapText="1"/></@xf>' % (font, fill)
        )

    def _fill(self, colour: str) -> bytes:
        return self._element(
            b'<@fill><@patternFill patternType="solid"><@fgColor rgb="FF%s"/><@bgColor indexed="64"/></@patternFill>'
            b"</@fill>" % colour.encode()
        )

    def _element(self, template: bytes) -> bytes:
        return template.replace(b"@", self._prefix)

    def _section(self, xml: bytes, name: bytes) -> tuple[int, int, int] | None:
        """Where an element's opening tag begins and its content begins and ends; None where there is none."""
        tag = re.search(rb"<%s%s(?=[\s/>])[^<>]*?(/?)>" % (self._prefix, name), xml)
        if tag is None:
            return None
        end = tag.end() if tag[1] else xml.find(b"</%s%s>" % (self._prefix, name), tag.end())
        return (tag.start(), tag.end(), end) if end >= 0 else None

    def _children(self, section: bytes, child: bytes) -> list[tuple[bytes, bytes]]:
        found = self._section(self._xml, section)
        if found is None:
            return []
        pattern = rb"<%s%s(?=[\s/>])([^<>]*?)(?:/>|>(.*?)</%s%s>)" % (self._prefix, child, self._prefix, child)
        return [(m[1], m[2] or b"") for m in re.finditer(pattern, self._xml[found[1] : found[2]], re.DOTALL)]

    def _with(self, xml: bytes, section: bytes, added: list[bytes]) -> bytes:
        found = self._section(xml, section)
        if found is None:
            raise NotPatchableError(f"styles without {section.decode()}")
        start, begin, end = found
        attributes = re.sub(rb"^<[\w.:-]+|/?>$", b"", xml[start:begin])
        count = len(self._formats) if section == b"cellXfs" else self._fills if section == b"fills" else self._fonts
        tag = b"<%s%s %s>" % (
            self._prefix, section, with_attribute(attributes, b"count", b"%d" % (count + len(added)))
        )  # fmt: skip
        empty = xml[begin - 2 : begin] == b"/>"
        close = b"</%s%s>" % (self._prefix, section) if empty else b""
        return xml[:start] + tag + xml[begin:end] + b"".join(added) + close + xml[end:]

    def _number_format(self, style: str) -> tuple[int, str]:
        number = int(style) if style.isdigit() else 0
        if number >= len(self._formats):
            return 0, ""
        wanted = attribute(self._formats[number][0], b"numFmtId")
        return (int(wanted) if wanted.isdigit() else 0), self._codes.get(wanted, "")

    @cached_property
    def _codes(self) -> dict[str, str]:
        return {
            attribute(tag, b"numFmtId"): attribute(tag, b"formatCode")
            for tag, _ in self._children(b"numFmts", b"numFmt")
        }
