"""Small edits of XML as bytes: attributes of a tag, texts of a cell, and whether a part is plain enough for them."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from assets.workbook_patch.edits import NotPatchableError

__all__ = [
    "MAIN",
    "RELATIONS",
    "attribute",
    "cell_text",
    "in_attribute",
    "opening",
    "plain_part",
    "text_of",
    "with_attribute",
    "writable",
]

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARATION = re.compile(rb"\s*<\?xml\b[^<>]*\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([\w.-]+)["']""")
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767


@lru_cache(maxsize=64)
def _pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(\s)" + re.escape(name) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(tag: bytes, name: bytes) -> str:
    """Value of an attribute among a tag's attributes; "" where it has none."""
    found = _pattern(name).search(b" " + tag)
    return unescape((found[2] if found[2] is not None else found[3]).decode("utf-8", "replace")) if found else ""


def with_attribute(attributes: bytes, name: bytes, value: bytes | None) -> bytes:
    """The attributes of a tag with one set to a value that needs no escaping, or without it (None)."""
    kept = _pattern(name).sub(b"", b" " + attributes.strip()).strip()
    added = b"" if value is None else b'%s="%s"' % (name, value)
    return b" ".join(part for part in (kept, added) if part)


def plain_part(xml: bytes) -> bytes:
    """The part without its byte order mark; raises NotPatchableError where it is not UTF-8, or has comments, CDATA,
    entities of its own or instructions: then its bytes do not show its elements."""
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(xml)
    encoding = _ENCODING.search(declared[0]) if declared else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise NotPatchableError(f"encoding {encoding[1]!r}")
    rest = xml[declared.end() :] if declared else xml
    if b"<!" in rest or b"<?" in rest or b"\x00" in rest:
        raise NotPatchableError("markup beyond elements")
    return xml


def opening(xml: bytes, name: bytes) -> re.Match[bytes] | None:
    """The first tag of that local name: its prefix with the colon, its attributes, "/" where it is empty."""
    return _tag(name).search(xml)


@lru_cache(maxsize=64)
def _tag(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<((?:[\w.-]+:)?)" + name + rb"(?=[\s/>])([^<>]*?)(/?)>")


def text_of(xml: bytes) -> str:
    """The characters that an element's bytes stand for."""
    return unescape(xml.decode("utf-8", "replace"))


def in_attribute(text: str) -> bytes:
    """A text as an attribute's value, its quotation marks included."""
    return quoteattr(_UNWRITABLE.sub("\ufffd", text)).encode()


def writable(text: str) -> str:
    """The text without characters that no workbook can hold, as long as a cell may be."""
    return _UNWRITABLE.sub("\ufffd", text)[:_LONGEST]


def cell_text(text: str) -> bytes:
    """A text as the content of a cell's <t>: what looks like an escape is escaped (ECMA-376 part 1, 22.9.2.19)."""
    return escape(_ESCAPED.sub(lambda m: f"_x005F{m[0]}", writable(text)).replace("\r", "_x000D_")).encode()
