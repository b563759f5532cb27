"""What scans, converters and word processors do to a text changes nothing of what is read in it."""

from __future__ import annotations

import re
import textwrap
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.directives.model import Directive
from assets.directives.read import read_directive
from assets.directives.source_text import DirectiveError
from data.settings import REPOSITORY
from tests.assets.directives.documents import NOTICE, pdf

WIDTH = 66


def wrapped(text: str) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, WIDTH)) if line.strip() else "" for line in text.split("\n"))


def without_gaps(text: str) -> str:
    return re.sub(r"\n\s*\n", "\n", wrapped(text))


def paged(text: str) -> str:
    lines = wrapped(text).split("\n")
    return "\n".join(f"{line}\n\n{n // 7}\n" if n % 7 == 6 else line for n, line in enumerate(lines))


def emphasised(text: str) -> str:
    return "\n".join(f"**{line}**" if re.match(r"[IVX]+\.|\d\.", line) else line for line in text.split("\n"))


def mistaken(text: str) -> str:
    return text.replace("chuyển", "chuyên")


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def read(path: Path, text: str) -> Directive:
    path.write_text(text, encoding="utf-8")
    return read_directive(path)


def facts(found: Directive) -> list[tuple[object, ...]]:
    return [
        (t.clause, [a.name for a in t.leads], t.deadline.date if t.deadline else None, bool(t.recurrence))
        for t in found.tasks
    ]


@pytest.mark.parametrize("defect", [wrapped, without_gaps, paged, emphasised, mistaken, decomposed])
def test_defects_of_the_text_change_no_task(tmp_path: Path, defect: Callable[[str], str]) -> None:
    plain, broken = read(tmp_path / "a.txt", NOTICE), read(tmp_path / "b.txt", defect(NOTICE))
    assert facts(broken) == facts(plain) and len(plain.tasks) > 5
    assert [c.number for c in broken.citations] == [c.number for c in plain.citations]


def test_a_lost_tone_mark_does_not_lose_the_agency(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", NOTICE.replace("Giao Sở Tài chính", "Giao Sở Tai chính"))
    assert found.tasks[0].leads[0].units == ("56-STC",)


def test_the_place_of_a_fraction_left_by_a_converter_is_the_whole_of_it(tmp_path: Path) -> None:
    text = NOTICE.replace("đạt 82,5% trong năm 2025", r"rút ngắn $\frac{1}{2}$ trong năm 2025")
    found = read(tmp_path / "a.md", text)
    half = next(i for i in found.indicators if i.value == 0.5)
    assert found.text[half.place.start : half.place.end].endswith(r"$\frac{1}{2}$")


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font with Vietnamese letters: the hub's own, as a TrueType file."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    folder, parts = tmp_path_factory.mktemp("font"), []
    for part in ("latin", "vietnamese"):
        woff = TTFont(REPOSITORY / "dashboard" / "static" / "fonts" / f"be-vietnam-pro-{part}-400-normal.woff2")
        woff.flavor = None
        woff.save(folder / f"{part}.ttf")
        parts.append(str(folder / f"{part}.ttf"))
    Merger().merge(parts).save(folder / "own.ttf")
    return folder / "own.ttf"


def test_a_pdf_gives_the_tasks_of_its_text_with_their_pages(tmp_path: Path, font: Path) -> None:
    found = read_directive(pdf(tmp_path / "tb.pdf", NOTICE, font))
    plain = read(tmp_path / "a.txt", NOTICE)
    assert facts(found) == facts(plain)
    assert all(task.place.page in {1, 2} for task in found.tasks)


def test_two_hundred_pages_are_read_with_progress(tmp_path: Path, font: Path) -> None:
    told: list[tuple[int, int]] = []
    path = pdf(tmp_path / "long.pdf", NOTICE.partition("Nơi nhận")[0], font, pages=200)
    began = time.monotonic()
    found = read_directive(path, progress=lambda done, of: told.append((done, of)))
    print(f"{told[-1][1]} pages in {time.monotonic() - began:.1f} s")
    assert told[-1][0] == told[-1][1] >= 200 and len(told) >= 200
    assert len(found.tasks) >= 800 and (found.tasks[-1].place.page or 0) >= 399


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.txt", b"", "empty"), ("a.txt", b" \n\n", "empty"), ("a.pdf", b"%PDF-1.4 x", "damaged")],
)
def test_what_holds_no_text_gets_a_clear_answer(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DirectiveError) as refused:
        read_directive(tmp_path / name)
    assert refused.value.code == code and name in refused.value.vi and name in refused.value.en


def test_a_scan_without_text_is_told_from_a_document(tmp_path: Path) -> None:
    from fpdf import FPDF

    book = FPDF()
    for _ in range(3):
        book.add_page()
        book.rect(20, 20, 100, 100, style="F")
    book.output(str(tmp_path / "scan.pdf"))
    with pytest.raises(DirectiveError) as refused:
        read_directive(tmp_path / "scan.pdf")
    assert refused.value.code == "scanned" and "OCR" in refused.value.vi


def test_an_unrelated_text_gives_nothing_rather_than_something(tmp_path: Path) -> None:
    text = "Con mèo nằm ngủ trên mái nhà. Trời hôm nay đẹp, gió nhẹ, nắng vàng.\n\nNgày mai mưa.\n" * 20
    found = read(tmp_path / "a.txt", text)
    assert (found.tasks, found.citations, found.indicators, found.head.number) == ((), (), (), None)
