"""A workbook's package: its sheets and parts, what is changed or added, and the package written out again."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assets.read.package_parts import book_part, related, sheet_parts
from assets.workbook_patch.disarm import Harmless, without_links, without_names_that_call
from assets.workbook_patch.edits import NotPatchableError
from assets.workbook_patch.xml_text import MAIN, RELATIONS, attribute, in_attribute, opening, plain_part

__all__ = ["Book", "relation_attribute"]

_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_TYPES = "[Content_Types].xml"
_STEP = 1 << 20
_LARGE = 4 << 20


@dataclass
class Book:
    """One workbook that is being edited. Raises NotPatchableError where it is put together in an odd way.

    sheets: name → part. Small parts are changed through `parts`; a sheet is written as a stream of pieces.
    """

    package: zipfile.ZipFile
    name: str = field(init=False)
    sheets: dict[str, str] = field(init=False)
    parts: dict[str, bytes] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        names = self.package.namelist()
        if len({n.casefold() for n in names}) < len(names) or any(n.startswith("/") or "\\" in n for n in names):
            raise NotPatchableError("parts of the same name")
        try:
            self.name = book_part(self.package)
            book = plain_part(self.package.read(self.name))
            self.sheets = sheet_parts(self.package)
            types = plain_part(self.package.read(_TYPES))
        except KeyError as error:
            raise NotPatchableError(str(error)) from error
        root = opening(book, b"workbook")
        if root is None or MAIN not in root[2]:
            raise NotPatchableError("a workbook of another kind")
        self.harmless = Harmless(self.package)
        self.parts[self.name] = without_names_that_call(without_links(book))
        self.parts[_TYPES] = _plain_types(types)
        self._owned: dict[str, bytes] = {}

    @property
    def from_1904(self) -> bool:
        """Whether days are counted from 1904."""
        tag = opening(self.parts[self.name], b"workbookPr")
        return tag is not None and attribute(tag[2], b"date1904") in ("1", "true")

    def related_part(self, owner: str, kind: str) -> str | None:
        """The part to which another has a relation of a kind, None where there is none."""
        found = (t for k, t in related(self.package, owner).values() if k == kind and t in self.package.NameToInfo)
        return next(found, None)

    def read(self, part: str | None) -> bytes | None:
        """A part's bytes as they are by now."""
        return None if part is None else self.parts.get(part) or self.package.read(part)

    def free_name(self, pattern: str) -> str:
        """A part name that is not taken; `pattern` has {} for a number."""
        taken = {n.casefold() for n in (*self.package.namelist(), *self.parts)}
        return next(n for i in range(1, 1 << 20) if (n := pattern.format(i)).casefold() not in taken)

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Add a relation and return its id."""
        name = _relations_name(owner)
        xml = self._owned.get(name)
        if xml is None:
            xml = plain_part(self.package.read(name)) if name in self.package.NameToInfo else b""
            xml = xml or _NO_RELATIONS
        taken = {i.casefold() for i in re.findall(r"""\bId\s*=\s*["']([^"']*)""", xml.decode("utf-8", "replace"))}
        number = next(i for i in range(1, 1 << 20) if f"ridhub{i}" not in taken)
        path = posixpath.relpath(target, posixpath.dirname(owner) or ".")
        tag = f'Relationship Id="rIdHub{number}" Type="{_KIND}{kind}" Target="{path}"/>'
        self._owned[name] = _appended(xml, b"Relationships", tag.encode())
        return f"rIdHub{number}"

    def declare(self, part: str, kind: str) -> None:
        """Say what an added part is: "worksheet", "comments", "styles"."""
        tag = f'Override PartName="/{part}" ContentType="{_TYPE}{kind}+xml"/>'
        self.parts[_TYPES] = _appended(self.parts[_TYPES], b"Types", tag.encode())

    def declare_drawings(self) -> None:
        """Say what parts that end in .vml are, where the package does not."""
        if not re.search(rb"""Extension=["']vml["']""", self.parts[_TYPES], re.IGNORECASE):
            tag = b'Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
            root = opening(self.parts[_TYPES], b"Types")
            assert root is not None
            at = root.end()
            self.parts[_TYPES] = self.parts[_TYPES][:at] + b"<" + root[1] + tag + self.parts[_TYPES][at:]

    def add_sheet(self, name: str) -> str:
        """Add a sheet behind the others; its part, to be written, is returned."""
        part = self.free_name("xl/worksheets/sheetHub{}.xml")
        relation = self.relate(self.name, "worksheet", part)
        self.declare(part, "worksheet")
        book = self.parts[self.name]
        tags = re.findall(rb"<(?:[\w.-]+:)?sheet(?=\s)([^<>]*?)/?>", book)
        number = 1 + max((int(i) for t in tags if (i := attribute(t, b"sheetId")).isdigit()), default=0)
        tag = b'sheet name=%s sheetId="%d" %s/>' % (in_attribute(name), number, relation_attribute(book, relation))
        self.parts[self.name] = _appended(book, b"sheets", tag)
        return part

    def write(
        self, target: Path, streams: Mapping[str, Iterable[bytes]], late: Mapping[str, Callable[[], bytes]]
    ) -> None:
        """Write the package. `streams`: parts made piece by piece; `late`: parts made after these."""
        self.parts[_TYPES] = _without_types(self.parts[_TYPES], self.harmless.dropped)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out:
            for info in self.package.infolist():
                name = info.filename
                if not (info.is_dir() or name in self.harmless.dropped or name in streams or name in late):
                    self._write_part(out, info)
            for name, content in (*self._owned.items(), *self.parts.items()):
                if name not in self.package.NameToInfo:
                    out.writestr(_entry(name), content)
            for name, pieces in streams.items():
                _copy(out, name, pieces)
            for name, make in late.items():
                out.writestr(_entry(name), make())

    def _write_part(self, out: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        name = info.filename
        if name in self.parts:
            out.writestr(_entry(name), self.parts[name])
        elif name.endswith(".rels") and "_rels/" in name:
            xml = self._owned.get(name) or self.package.read(name)
            out.writestr(_entry(name), self.harmless.relations(_owner(name), xml))
        elif info.file_size <= _LARGE:
            out.writestr(_entry(name), self.harmless.quiet(name, self.package.read(name)))
        else:
            _copy(out, name, _pieces(self.package, name))


def _plain_types(types: bytes) -> bytes:
    """What the parts are; a workbook with macros or a template is a plain workbook now."""
    plain = (_TYPE + "sheet.main+xml").encode()
    for kind in (b"sheet.macroEnabled", b"template.macroEnabled", b"addin.macroEnabled"):
        types = types.replace(b"application/vnd.ms-excel." + kind + b".main+xml", plain)
    types = types.replace((_TYPE + "template.main+xml").encode(), plain)
    return types.replace(b"application/vnd.ms-office.vbaProject", b"application/octet-stream")


def _without_types(types: bytes, dropped: Iterable[str]) -> bytes:
    for part in dropped:
        name = re.escape(part.encode())
        pattern = (
            rb"<(?:[\w.-]+:)?Override(?=\s)[^<>]*PartName\s*=\s*[\"']/%s[\"'][^<>]*?(?:/>|>\s*</(?:[\w.-]+:)?Override>)"
            % name
        )
        types = re.sub(pattern, b"", types, flags=re.IGNORECASE)
    return types


def relation_attribute(part: bytes, relation: str) -> bytes:
    """r:id="…" by the name that the part's root gives to relations, declared on the spot where it gives none."""
    start = part.find(b"<", part.find(b"?>") + 2 if part.lstrip().startswith(b"<?") else 0)
    root = part[start : part.find(b">", start)]
    found = re.search(rb"""xmlns:([\w.-]+)\s*=\s*["']""" + re.escape(RELATIONS), root)
    if found:
        return b'%s:id="%s"' % (found[1], relation.encode())
    return b'xmlns:hubr="%s" hubr:id="%s"' % (RELATIONS, relation.encode())


def _pieces(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part's bytes a megabyte at a time."""
    with package.open(name) as stream:
        while piece := stream.read(_STEP):
            yield piece


def _copy(out: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with out.open(_entry(name), "w", force_zip64=True) as stream:
        held: list[bytes] = []
        size = 0
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size > _STEP:
                stream.write(b"".join(held))
                held, size = [], 0
        stream.write(b"".join(held))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _relations_name(owner: str) -> str:
    folder, file = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _owner(relations: str) -> str:
    folder, _, file = relations.rpartition("_rels/")
    return folder + file.removesuffix(".rels")


def _appended(xml: bytes, element: bytes, tag: bytes) -> bytes:
    """The part with an element (without its "<" and prefix) put at the end of another, which takes its prefix."""
    found = opening(xml, element)
    if found is None:
        raise NotPatchableError(f"no {element.decode()}")
    if found[3]:
        close = b"</" + found[1] + element + b">"
        return xml[: found.end() - 2] + b"><" + found[1] + tag + close + xml[found.end() :]
    end = xml.rfind(b"</" + found[1] + element)
    return xml[:end] + b"<" + found[1] + tag + xml[end:]
