"""Makes small workbooks of some rows of a large one, so that they are read as any small sheet is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO

from assets.read.package_parts import book_part, related

__all__ = ["Shell"]

_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
_OFFICE = b"http://schemas.openxmlformats.org"
_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml."
_RELATION = _OFFICE + b"/officeDocument/2006/relationships"


class Shell:
    """What a small workbook needs of a large one besides rows: its styles, its texts and how it counts days."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        book = book_part(package)
        self._dates = b'<workbookPr date1904="1"/>' if _counts_from_1904(package.read(book)) else b""
        self._parts: dict[str, bytes] = {}
        for kind, target in related(package, book).values():
            name = {"styles": _STYLES, "sharedStrings": _STRINGS}.get(kind)
            if name and target in package.NameToInfo:
                self._parts[name] = package.read(target)

    def workbook(self, sheets: Sequence[bytes]) -> bytes:
        """Bytes of a workbook of these sheets (named s0, s1 …), each given as the xml of rows, in order."""
        out = BytesIO()
        count = range(len(sheets))
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
            package.writestr("[Content_Types].xml", self._types(len(sheets)))
            package.writestr("_rels/.rels", _relations([(b"officeDocument", b"xl/workbook.xml")]))
            titles = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="r%d"/>' % (i, i + 1, i) for i in count)
            space = b'xmlns="%s/spreadsheetml/2006/main" xmlns:r="%s"' % (_OFFICE, _RELATION)
            package.writestr(
                "xl/workbook.xml", b"<workbook %s>%s<sheets>%s</sheets></workbook>" % (space, self._dates, titles)
            )
            targets = [(b"worksheet", b"worksheets/sheet%d.xml" % i) for i in count]
            targets += [(name[3:-4].encode(), name[3:].encode()) for name in self._parts]
            package.writestr("xl/_rels/workbook.xml.rels", _relations(targets))
            for name, content in self._parts.items():
                package.writestr(name, content)
            for number, rows in enumerate(sheets):
                with package.open(f"xl/worksheets/sheet{number}.xml", "w") as stream:
                    stream.write(b"<worksheet %s><sheetData>" % space)
                    stream.write(rows)
                    stream.write(b"</sheetData></worksheet>")
        return out.getvalue()

    def _types(self, sheets: int) -> bytes:
        kinds = {"/xl/workbook.xml": b"sheet.main+xml"}
        kinds |= {f"/xl/worksheets/sheet{i}.xml": b"worksheet+xml" for i in range(sheets)}
        kinds |= {f"/{name}": name[3:-4].encode() + b"+xml" for name in self._parts}
        overrides = b"".join(
            b'<Override PartName="%s" ContentType="%s%s"/>' % (part.encode(), _TYPE, kind)
            for part, kind in kinds.items()
        )
        default = b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        return b'<Types xmlns="%s/package/2006/content-types">%s%s</Types>' % (_OFFICE, default, overrides)


def _relations(targets: list[tuple[bytes, bytes]]) -> bytes:
    lines = b"".join(
        b'<Relationship Id="r%d" Type="%s/%s" Target="%s"/>' % (i, _RELATION, kind, target)
        for i, (kind, target) in enumerate(targets)
    )
    return b'<Relationships xmlns="%s/package/2006/relationships">%s</Relationships>' % (_OFFICE, lines)


def _counts_from_1904(book: bytes) -> bool:
    return re.search(rb"""\bdate1904=["'](?:1|true)["']""", book) is not None
