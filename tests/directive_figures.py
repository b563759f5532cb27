"""The figures that the directive reader finds, against a table of published ones: `python -m tests.directive_figures`.

The table is programme.md's in ../shared/design: indicator, value, when, kind, source (short names of documents, which
a first table there names with their files).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.directives.model import Directive, Indicator
from assets.directives.read import read_directive

__all__ = ["Figure", "compare", "invented", "published"]

_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:\s*[–-]\s*(\d+(?:\.\d+)?)|/(\d+))?")


@dataclass(frozen=True)
class Figure:
    """One published figure: what it says, and its value, upper end of a range or denominator of a rank."""

    row: str
    documents: tuple[str, ...]
    value: float
    upper: float | None
    of: float | None


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|--"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def published(programme: Path) -> tuple[Mapping[str, str], list[Figure]]:
    """Short name → file of each document, and every figure of the table with the document it is taken from."""
    rows = list(_rows(programme.read_text(encoding="utf-8")))
    files = {row[0]: row[2] for row in rows if len(row) == 3 and row[2].endswith(".txt")}
    figures = []
    for row in rows:
        if len(row) != 5 or row[0] == "indicator":
            continue
        # What stands in brackets is a remark; one that names a document says which figure is whose.
        source = re.sub(r"\([^)]*\)", "", row[4])
        sources = tuple(name for name in files if re.search(rf"\b{name}\b", source))
        for part in re.split(r",\s+(?=\D)", row[1]):
            own = tuple(name for name in files if f"({name}" in part)
            plain = re.sub(r"\([^)]*\)?|per [\d,]+.*", "", part)
            for match in _FIGURE.finditer(plain):
                value, upper, of = (float(v.replace(",", "")) if v else None for v in match.groups())
                assert value is not None
                said = f"{row[0]}: {row[1]} ({row[2]})"
                figures.append(Figure(said, own or sources, value, upper, of))
    return files, figures


def _is(figure: Figure, found: Indicator) -> bool:
    if figure.of is not None and found.of is None:
        # A part of something ("cut by 1/2") is one number.
        return abs(found.value - figure.value / figure.of) < 1e-9
    return (found.value, found.upper) == (figure.value, figure.upper) and figure.of in {None, found.of}


def compare(programme: Path, seeds: Path) -> tuple[list[Figure], list[Figure], Mapping[str, Directive]]:
    """Figures found, figures missed, and the documents as read."""
    files, figures = published(programme)
    read = {short: read_directive(seeds / file) for short, file in files.items()}
    found = [f for f in figures if any(_is(f, i) for name in f.documents for i in read[name].indicators)]
    return found, [f for f in figures if f not in found], read


def invented(document: Directive) -> list[Indicator]:
    """Indicators whose figure does not stand in the very place that they name."""
    bad = []
    for indicator in document.indicators:
        words = document.text[indicator.place.start : indicator.place.end]
        fractions = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r" \1/\2 ", words)
        numbers = {float(n.replace(".", "").replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)*", fractions)}
        numbers |= {float(n) for n in re.findall(r"\d+\.\d+", fractions)}
        numbers |= {int(a) / int(b) for a, b in re.findall(r"(\d+)\s*/\s*(\d+)", fractions) if int(b)}
        wanted = {v for v in (indicator.value, indicator.upper, indicator.of) if v is not None}
        if not {abs(v) for v in wanted} <= numbers:
            bad.append(indicator)
    return bad


def main() -> int:
    """Print what was found and what was missed."""
    shared = Path(__file__).resolve().parent.parent.parent / "shared"
    found, missed, read = compare(shared / "design" / "programme.md", shared / "seeds")
    for figure in missed:
        print(f"missed  {', '.join(figure.documents):<6} {figure.row}")
    wrong = [(short, i) for short, document in read.items() for i in invented(document)]
    for short, indicator in wrong:
        print(f"invented {short} {indicator.name[:60]} {indicator.value:g}")
    print(f"{len(found)} of {len(found) + len(missed)} published figures found, {len(wrong)} invented")
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
