"""Files that nobody can read as a table: a password, half a download, a scan under another name."""

from __future__ import annotations

from assets.demo.forms.xlsx import xlsx_bytes
from assets.demo.sheet import Document, Sheet

__all__ = ["unreadable_bytes"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def unreadable_bytes(kind: str) -> tuple[bytes, str]:
    """Content and extension of an encrypted, damaged or pdf file."""
    if kind == "encrypted":
        names = "".join(f"{n}\0" for n in ("EncryptionInfo", "EncryptedPackage"))
        return _OLE + bytes(504) + names.encode("utf-16-le") + bytes(2048), "xlsx"
    if kind == "damaged":
        sheet = Sheet("Sheet1")
        for row in range(40):
            sheet.add(*(f"ô {row} {column}" for column in range(8)))
        whole = xlsx_bytes(Document([sheet], sheet))
        return whole[: len(whole) // 2], "xlsx"
    return b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n", "xls"
