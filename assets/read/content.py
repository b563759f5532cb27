"""Tells a file's format from its bytes; its name is only the last resort."""

from __future__ import annotations

import re
import zipfile

from assets.read.limits import Limits
from assets.read.package import open_package, read_member
from assets.read.refusal import refuse

__all__ = ["detect_format"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_NOT_TABLES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)
_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|body|head|meta)\b", re.IGNORECASE)


def detect_format(raw: bytes, name: str, limits: Limits) -> str:
    """Format of a file: xlsx, xlsm, xlsb, xls, ods, parquet, zip, html, xml, json or csv.

    json covers ndjson, csv every delimited text; both are told apart when they are parsed.
    Raises UnreadableError with code empty, encrypted, damaged, not_a_table or unknown_format.
    """
    if not raw.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise refuse("empty", name)
    if raw.startswith(b"PK"):
        return _zip_kind(raw, name, limits)
    if raw.startswith(_OLE):
        return _ole_kind(raw, name)
    if raw.startswith(b"PAR1"):
        return "parquet"
    if raw.startswith(b"PARE"):
        raise refuse("encrypted", name)
    for magic, kind in _NOT_TABLES:
        if raw.startswith(magic):
            raise refuse("not_a_table", name, f"đây là tệp {kind}", f"this is a {kind} file")
    for magic, kind in _PACKED:
        if raw.startswith(magic):
            raise refuse("unknown_format", name, f"đây là tệp nén {kind}", f"this is a {kind} archive")
    if raw.startswith(_BIFF) and raw[2:4] in (b"\x04\x00", b"\x06\x00", b"\x08\x00", b"\x10\x00"):
        return "xls"
    return _text_kind(raw, name)


def _zip_kind(raw: bytes, name: str, limits: Limits) -> str:
    package = open_package(raw, name, limits)
    members = {m.filename.lower().replace("\\", "/").lstrip("/") for m in package.infolist()}
    if "xl/workbook.bin" in members:
        return "xlsb"
    if any(m.startswith("xl/") and m.endswith(".xml") for m in members):
        macros = "xl/vbaproject.bin" in members or (
            "[content_types].xml" in members
            and "[Content_Types].xml" in package.NameToInfo
            and b"macroEnabled" in read_member(package, "[Content_Types].xml", name, limits)
        )
        return "xlsm" if macros else "xlsx"
    if "word/document.xml" in members or "ppt/presentation.xml" in members:
        kind = "Word" if "word/document.xml" in members else "PowerPoint"
        raise refuse("not_a_table", name, f"đây là tệp {kind}", f"this is a {kind} file")
    if "content.xml" in members and "meta-inf/manifest.xml" in members:
        return _open_document_kind(package, name, limits)
    if "[content_types].xml" in members:  # a workbook whose parts lie under other names
        return "xlsx"
    return "zip"


def _open_document_kind(package: zipfile.ZipFile, name: str, limits: Limits) -> str:
    kind = read_member(package, "mimetype", name, limits) if "mimetype" in package.NameToInfo else b""
    manifest = read_member(package, "META-INF/manifest.xml", name, limits)
    if b"encryption-data" in manifest:
        raise refuse("encrypted", name)
    if kind and b"spreadsheet" not in kind:
        raise refuse("not_a_table", name, "đây là tệp văn bản OpenDocument", "this is an OpenDocument text")
    return "ods"


def _ole_kind(raw: bytes, name: str) -> str:
    def stream(title: str) -> bool:
        return title.encode("utf-16-le") + b"\x00\x00" in raw

    if stream("EncryptedPackage"):
        raise refuse("encrypted", name)
    if stream("Workbook") or stream("WORKBOOK") or stream("Book") or stream("BOOK") or stream("workbook"):
        if _has_filepass(raw):
            raise refuse("encrypted", name)
        return "xls"
    if stream("WordDocument") or stream("PowerPoint Document"):
        raise refuse("not_a_table", name, "đây là tệp văn bản", "this is a text document")
    raise refuse("unknown_format", name)


def _has_filepass(raw: bytes) -> bool:
    """Whether a FILEPASS record (0x2F) follows the workbook's first BOF record ([MS-XLS] 2.4.117)."""
    for start in (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00"):
        at = raw.find(start)
        for _ in range(8):
            if at < 0 or at + 4 > len(raw):
                break
            if raw[at : at + 2] == b"\x2f\x00":
                return True
            at += 4 + int.from_bytes(raw[at + 2 : at + 4], "little")
    return False


def _text_kind(raw: bytes, name: str) -> str:
    head = raw[:4096]
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(raw[:2])
    if wide:
        head = raw[2:8192].decode(wide, "ignore").encode("utf-8", "ignore")
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if stripped.startswith((b"<?xml", b"<Workbook", b"<ss:Workbook")):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
            return "xml"
        if not _HTML.search(head):
            raise refuse("not_a_table", name, "đây là tệp XML", "this is an XML file")
    if _HTML.match(stripped) or (stripped.startswith(b"<") and _HTML.search(head)):
        return "html"
    if stripped[:1] in (b"{", b"["):
        return "json"
    if wide:
        return "csv"
    nulls, looks_wide = head.count(0), _looks_wide(head)
    if looks_wide:  # half of each Vietnamese letter looks like a control character (ạ is A1 1E)
        side = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        head = head.decode(side, "ignore").replace("\x00", "").encode("utf-8", "ignore")
    control = sum(1 for byte in head if 0 < byte < 9 or 13 < byte < 27 or 27 < byte < 32)
    if control > max(8, len(head) // 20) or (nulls > len(head) // 8 and not looks_wide):
        raise refuse("unknown_format", name)
    return "csv"


def _looks_wide(head: bytes) -> bool:
    """Whether the zero bytes lie as they do in UTF-16 or UTF-32 text without a mark."""
    odd, even = head[1::2].count(0), head[::2].count(0)
    return max(odd, even) > 0.3 * len(head) / 2
