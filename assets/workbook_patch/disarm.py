"""What must not come back alive with a workbook: macros, links to other files, signatures that no longer hold."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator

from assets.read.package_parts import related
from assets.workbook_patch.edits import NotPatchableError
from assets.workbook_patch.survey import calling
from assets.workbook_patch.xml_text import attribute, plain_part, with_attribute

__all__ = ["Harmless", "without_links", "without_names_that_call", "without_outward_formulas"]

_DROPPED = frozenset(
    {
        "vbaProject", "vbaProjectSignature", "vbaProjectSignatureAgile", "vbaProjectSignatureV3", "wordVbaData",
        "attachedToolbars", "externalLink", "extensibility", "userCustomization", "webextensiontaskpanes",
        "webextension", "origin",
    }
)  # fmt: skip
"""Kinds of relation whose part is left out."""
_REFUSED = frozenset({"xlMacrosheet", "xlIntlMacrosheet", "dialogsheet", "control", "activeXControlBinary"})
_BY_NAME = re.compile(r"(?:^|/)(?:vba[^/]*\.(?:bin|xml)|attachedToolbars\.bin)$|externalLinks/|_xmlsignatures/"
                      r"|^customUI/|/webextensions/", re.IGNORECASE)  # fmt: skip
_RELATION = re.compile(rb"<((?:[\w.-]+:)?)Relationship(?=\s)([^<>]*?)(?:/>|>\s*</(?:[\w.-]+:)?Relationship>)")
_NAME = re.compile(rb"<((?:[\w.-]+:)?)definedName(?=\s)([^<>]*?)(?:/>|>([^<]*)</\1definedName>)")
_FORMULA = re.compile(
    rb"(<((?:[\w.-]+:)?(?:f|formula|formula1|formula2|calculatedColumnFormula|totalsRowFormula))(?=[\s>])[^<>]*>)"
    rb"([^<]*)(?=</\2>)"
)
_REFRESH = re.compile(rb"""\s(?:refreshOnLoad|interval)=(?:"[^"]*"|'[^']*')""")


class Harmless:
    """Which parts of a package are left out, and what its relations become without them.

    Raises NotPatchableError for sheets of macros, controls that run code, and relations that cannot be read.
    """

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self.dropped: set[str] = set()
        names = package.NameToInfo
        self._drop(name for name in names if _BY_NAME.search(name))
        for owner in _owners(package):
            plain_part(package.read(_relations_of(owner)))
            for kind, target in related(package, owner).values():
                if kind in _REFUSED:
                    raise NotPatchableError(f"{target}: {kind}")
                if kind in _DROPPED:
                    self._drop([target])

    def drop_calculation_order(self) -> None:
        """Leave out the list of formulas in their order of calculation: it may name none that is gone."""
        self._drop(name for name in self._package.NameToInfo if name.endswith("/calcChain.xml"))

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.dropped |= {name, _relations_of(name)} & set(self._package.NameToInfo)

    def relations(self, owner: str, xml: bytes) -> bytes:
        """A part's relations without those to parts left out; pictures and objects elsewhere are not fetched."""
        targets = related(self._package, owner)

        def kept(match: re.Match[bytes]) -> bytes:
            kind, target = targets.get(attribute(match[2], b"Id"), ("", ""))
            if kind in _DROPPED or target in self.dropped:
                return b""
            if attribute(match[2], b"TargetMode") == "External" and kind != "hyperlink":
                # What Excel itself writes of a picture whose file is gone.
                return b"<%sRelationship %s/>" % (match[1], with_attribute(match[2], b"Target", b"NULL"))
            return match[0]

        return _RELATION.sub(kept, xml)

    @staticmethod
    def quiet(name: str, xml: bytes) -> bytes:
        """A part that fetches data from elsewhere, made to do so only when it is asked."""
        fetches = name.startswith(("xl/connections", "xl/queryTables/"))
        if fetches or ("pivotCacheDefinition" in name and b'type="external"' in xml):
            return _REFRESH.sub(b"", xml)
        if re.match(r"xl/(?:tables|charts|pivotTables)/[^/]*\.xml$", name):
            if b"\x00" in xml[:200]:
                raise NotPatchableError(f"{name}: its formulas cannot be read")
            return without_outward_formulas(xml)
        return xml


def _owners(package: zipfile.ZipFile) -> Iterator[str]:
    for name in package.NameToInfo:
        if name == "_rels/.rels":
            yield ""
        elif name.endswith(".rels") and "_rels/" in name:
            folder, _, file = name.rpartition("_rels/")
            yield folder + file.removesuffix(".rels")


def _relations_of(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


def without_links(book: bytes) -> bytes:
    """The workbook's part without its list of other files."""
    return re.sub(
        rb"<((?:[\w.-]+:)?)externalReferences(?=[\s/>])[^<>]*?(?:/>|>.*?</\1externalReferences>)", b"", book, flags=re.S
    )


def without_names_that_call(book: bytes) -> bytes:
    """The workbook's part without names that stand for macros, other files or programs."""

    def kept(match: re.Match[bytes]) -> bytes:
        flags = [attribute(match[2], flag) for flag in (b"function", b"vbProcedure", b"xlm")]
        return b"" if any(flag in ("1", "true") for flag in flags) or calling(match[3] or b"") else match[0]

    book = _NAME.sub(kept, book)
    return re.sub(rb"<((?:[\w.-]+:)?)definedNames(?=[\s>])[^<>]*>\s*</\1definedNames>", b"", book)


def without_outward_formulas(xml: bytes) -> bytes:
    """A part whose formulas (of charts, validations, conditional formats) no longer reach out of the workbook."""

    def kept(match: re.Match[bytes]) -> bytes:
        return match[1] + (b"#REF!" if calling(match[3]) else match[3])

    return _FORMULA.sub(kept, xml)
