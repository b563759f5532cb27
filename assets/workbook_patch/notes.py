"""Notes at cells: the comments part of a sheet and the old drawing (VML) that shows them, made or added to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from assets.inert_cell import inert
from assets.workbook_patch.edits import AUTHOR, NotPatchableError
from assets.workbook_patch.xml_text import MAIN, attribute, cell_text, opening, plain_part, with_attribute
from data.table import cell_address

__all__ = ["drawing_with_notes", "with_notes"]

_LONGEST = 2_000
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="%s"><authors></authors><commentList></commentList></comments>'
)
_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;'
    'width:240pt;height:{height}pt;z-index:{place};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 4, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_COMMENT = re.compile(rb"<((?:[\w.-]+:)?)comment(?=\s)([^<>]*?)(?:/>|>(.*?)</\1comment>)", re.DOTALL)
_AUTHOR = re.compile(rb"<((?:[\w.-]+:)?)author(?=[\s/>])[^<>]*?(?:/>|>([^<]*)</\1author>)")
_NUMBER = re.compile(rb"_x0000_s(\d+)")


def with_notes(xml: bytes | None, notes: Mapping[tuple[int, int], str]) -> tuple[bytes, list[tuple[int, int]]]:
    """A comments part with notes added, and the cells that need a shape for theirs.

    A cell's own comment keeps its words, ours stand under them; a conversation (threaded comments) is not touched.
    """
    part = plain_part(xml) if xml is not None else _EMPTY % MAIN
    root = opening(part, b"comments")
    if root is None or MAIN not in root[2]:
        raise NotPatchableError("comments of another kind")
    p, authors = root[1], _AUTHOR.findall(part)
    here = {attribute(m[2], b"ref"): m for m in _COMMENT.finditer(part)}
    talks = {str(i) for i, (_, name) in enumerate(authors) if name.startswith(b"tc=")}
    joined: dict[int, tuple[int, bytes]] = {}
    added: list[bytes] = []
    shapes: list[tuple[int, int]] = []
    for (row, column), note in notes.items():
        run = b'<%sr><%st xml:space="preserve">%%s</%st></%sr>' % (p, p, p, p)
        old = here.get(cell_address(row, column))
        if old is None:
            tag = b'<%scomment ref="%s" authorId="%d" shapeId="0">' % (
                p, cell_address(row, column).encode(), len(authors)
            )  # fmt: skip
            body = b"<%stext>%s</%stext></%scomment>" % (p, run % _words(note), p, p)
            added.append(tag + body)
            shapes.append((row, column))
        elif attribute(old[2], b"authorId") not in talks:
            end = old[0].find(b"</%stext>" % p)
            if end >= 0:
                joined[old.start() + end] = old.start() + end, run % _words(f"\n\n{AUTHOR}:\n{note}")
    for place, text in sorted(joined.values(), reverse=True):
        part = part[:place] + text + part[place:]
    name = b"<%sauthor>%s</%sauthor>" % (p, escape(AUTHOR).encode(), p)
    return _within(_within(part, p + b"commentList", b"".join(added)), p + b"authors", name if added else b""), shapes


def drawing_with_notes(vml: bytes | None, cells: list[tuple[int, int]], notes: Mapping[tuple[int, int], str]) -> bytes:
    """A VML drawing with a shape for each cell's note. Row and column from 1.

    Old programs write VML that is not well-formed: it is only added to at its end.
    """
    drawing = vml if vml is not None else _DRAWING
    end = drawing.rfind(b"</xml>")
    if end < 0 or b"urn:schemas-microsoft-com:office:excel" not in drawing:
        raise NotPatchableError("a drawing of another kind")
    first = max((int(n) for n in _NUMBER.findall(drawing)), default=1024) + 1
    parts = [] if b"_x0000_t202" in drawing else [_SHAPE_TYPE]
    for place, (row, column) in enumerate(cells):
        lines = sum(1 + len(line) // 48 for line in notes[row, column].split("\n"))
        shape = _SHAPE.format(
            number=first + place, place=place + 1, height=min(300, 16 + 13 * lines), row=row - 1, column=column - 1,
            left=column, right=column + 4, top=max(0, row - 2), bottom=max(0, row - 2) + min(20, lines + 1),
        )  # fmt: skip
        parts.append(shape.encode())
    return drawing[:end] + b"".join(parts) + drawing[end:]


def _words(note: str) -> bytes:
    text = note if len(note) <= _LONGEST else f"{note[: _LONGEST - 1]}…"
    return cell_text(inert(text) if not text.startswith("\n") else text)


def _within(part: bytes, name: bytes, added: bytes) -> bytes:
    """The part with something added at the end of an element that it has once."""
    if not added:
        return part
    end = part.rfind(b"</%s>" % name)
    if end >= 0:
        return part[:end] + added + part[end:]
    tag = re.search(rb"<%s(?=[\s/>])([^<>]*?)/>" % name, part)
    if tag is None:
        raise NotPatchableError(f"comments without {name.decode()}")
    open_tag = b"<%s>" % b" ".join(p for p in (name, with_attribute(tag[1], b"-", None)) if p)
    return part[: tag.start()] + open_tag + added + b"</%s>" % name + part[tag.end() :]
