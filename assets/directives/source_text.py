"""The text of a document file: txt and md as they are, docx by its paragraphs, pdf by its text layer."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from assets.directives.model import Place

__all__ = ["DirectiveError", "SourceText", "read_source"]

_PAGE_BREAK = "\f"
_LARGEST = 60 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS_A_PAGE = 20
"""A page of a pdf with fewer letters than that is a picture."""


class DirectiveError(Exception):
    """A file that holds no document that can be read; says why and what to do, in both languages."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True)
class SourceText:
    """A document's text. Places count its characters; `paged` tells whether form feeds in it part real pages."""

    name: str
    format: str
    text: str
    paged: bool = False

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n|\f", self.text))]

    @cached_property
    def _pages(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(_PAGE_BREAK, self.text))]

    def place(self, start: int, end: int) -> Place:
        """The place of some characters."""
        page = bisect_right(self._pages, start) if self.paged else None
        return Place(start, end, bisect_right(self._lines, start), page)


def read_source(path: Path, name: str | None = None, progress: Callable[[int, int], None] | None = None) -> SourceText:
    """The text of a file. `progress` is told (pages read, pages in all). Raises DirectiveError."""
    shown = name or path.name
    if not path.is_file():
        raise DirectiveError("missing", f"{shown}: không có tệp này", f"{shown}: there is no such file")
    if path.stat().st_size > _LARGEST:
        raise DirectiveError(
            "too_large", f"{shown}: tệp lớn hơn 60 MB; hãy tách phụ lục ra", f"{shown}: larger than 60 MB; split it"
        )
    raw = path.read_bytes()
    if raw.startswith(b"%PDF-"):
        source = SourceText(shown, "pdf", _pdf(raw, shown, progress), paged=True)
    elif raw.startswith(b"PK"):
        source = SourceText(shown, "docx", _docx(raw, shown))
    elif raw.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise DirectiveError(
            "old_format",
            f"{shown}: tệp .doc hoặc .rtf; hãy mở bằng Word rồi lưu thành .docx",
            f"{shown}: a .doc or .rtf file; open it in Word and save it as .docx",
        )
    else:
        source = SourceText(shown, "md" if shown.lower().endswith((".md", ".markdown")) else "txt", _plain(raw, shown))
    if not any(letter.isalpha() for letter in source.text):
        raise DirectiveError("empty", f"{shown}: tệp không có chữ nào", f"{shown}: the file holds no text")
    return source


def _plain(raw: bytes, name: str) -> str:
    from assets.read.encoding import decode

    if raw[:4096].count(0) > 40 and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DirectiveError(
            "not_text",
            f"{name}: không phải văn bản; nhận docx, pdf, txt hoặc md",
            f"{name}: not a text; docx, pdf, txt and md are read",
        )
    text = decode(raw)[0] if raw else ""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _pdf(raw: bytes, name: str, progress: Callable[[int, int], None] | None) -> str:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise DirectiveError(
            "damaged",
            f"{name}: tệp PDF hỏng hoặc có mật khẩu; hãy lưu lại rồi gửi bản đó",
            f"{name}: the PDF is damaged or has a password; save it again",
        ) from error
    pages: list[str] = []
    count = len(document)
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        pages.append(unicodedata.normalize("NFC", text_page.get_text_bounded().replace("\r\n", "\n")))
        text_page.close()
        page.close()
        if progress is not None:
            progress(number + 1, count)
    document.close()
    letters = sum(letter.isalpha() for page in pages for letter in page)
    if letters < _LETTERS_A_PAGE * max(1, count):
        raise DirectiveError(
            "scanned",
            f"{name}: tệp PDF là ảnh quét, không có lớp chữ; hãy nhận dạng chữ (OCR) hoặc gửi bản docx",
            f"{name}: the PDF is a scan without a text layer; run OCR, or send the docx",
        )
    return _PAGE_BREAK.join(pages)


def _docx(raw: bytes, name: str) -> str:
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            sizes = sum(part.file_size for part in package.infolist() if part.filename.startswith("word/"))
            if sizes > 4 * _LARGEST:
                raise DirectiveError("too_large", f"{name}: nội dung quá lớn", f"{name}: its content is too large")
            body = fromstring(package.read("word/document.xml"))
            notes = package.read("word/footnotes.xml") if "word/footnotes.xml" in package.namelist() else b""
        footnotes = _footnotes(fromstring(notes)) if notes else []
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, NotImplementedError, EOFError) as error:
        raise DirectiveError(
            "damaged",
            f"{name}: không phải tệp docx đọc được; hãy mở bằng Word rồi lưu lại thành .docx",
            f"{name}: not a docx that can be read; open it in Word and save it again",
        ) from error
    paragraphs = [text for text in _paragraphs(body) if text.strip()]
    return unicodedata.normalize("NFC", "\n\n".join([*paragraphs, *footnotes]))


def _paragraphs(body: Element) -> Iterator[str]:
    for paragraph in body.iter(f"{_W}p"):
        parts: list[str] = []
        numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
        for node in paragraph.iter():
            if node.tag == f"{_W}t":
                parts.append(node.text or "")
            elif node.tag == f"{_W}tab":
                parts.append(" ")
            elif node.tag in {f"{_W}br", f"{_W}cr"}:
                parts.append("\n")
            elif node.tag == f"{_W}footnoteReference":
                parts.append(_superscript(node.get(f"{_W}id", "")))
        text = "".join(parts)
        # A list's own sign is not part of the text; its kind is not known here, so it stands as a bullet.
        yield f"- {text}" if numbered is not None and text.strip() and text.lstrip()[0] not in "-+•" else text


def _footnotes(root: Element) -> list[str]:
    found = []
    for note in root.iter(f"{_W}footnote"):
        text = "".join(t.text or "" for t in note.iter(f"{_W}t")).strip()
        if text and note.get(f"{_W}type") is None:
            found.append(f"{_superscript(note.get(f'{_W}id', ''))} {text}")
    return found


def _superscript(number: str) -> str:
    return number.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
