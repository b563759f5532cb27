"""Text in any old form comes back out of a file, and text that is in order is never touched."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from assets.read.door import read_bytes
from assets.read.encoding import decode
from assets.read.text_repairs import judge_texts
from data.legacy_bytes import as_windows_1252
from data.legacy_font import from_unicode
from data.text_in_order import NEEDS_LOOK
from data.vietnamese_syllable import place_tone
from data.vietnamese_text import repair_text

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
_WORD = re.compile(r"[^\W\d_]+")


def normal(text: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return _WORD.sub(lambda found: place_tone(found.group()), composed)


def _unit_names() -> list[str]:
    package = pytest.importorskip("vietnamadminunits")
    path = Path(package.__file__).parent / "data" / "dataset.db"
    names: dict[str, None] = {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        for table, columns in (("admin_units_legacy", "province district ward"), ("admin_units", "province ward")):
            for column in columns.split():
                found = database.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
                names |= dict.fromkeys(normal(row[0]) for row in found)
    return list(names)


UNITS = _unit_names()


def sentences() -> list[str]:
    if not (SHARED / "seeds").exists():
        pytest.skip("../shared is not here")
    lines = [line for path in sorted((SHARED / "seeds").glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(normal(line) for line in lines if line.strip() and not set(line) & set("¹\\*")))


def old_style(text: str) -> str:
    """hòa → hoà, khỏe → khoẻ, thủy → thuỷ at words' ends."""
    apart = unicodedata.normalize("NFD", text)
    tones = "[\u0300\u0301\u0303\u0309\u0323]"
    apart = re.sub(f"([oO])({tones})([aeAE])(?![A-Za-z\u0300-\u036f])", r"\1\3\2", apart)
    apart = re.sub(f"(?<![qQ])([uU])({tones})([yY])(?![A-Za-z\u0300-\u036f])", r"\1\3\2", apart)
    return unicodedata.normalize("NFC", apart)


FORMS: dict[str, Callable[[str], str]] = {
    "tcvn3": lambda text: from_unicode(text, "tcvn3"),
    "vni": lambda text: from_unicode(text, "vni"),
    "windows-1258": lambda text: from_unicode(text, "windows-1258"),
    "viqr": lambda text: from_unicode(text, "viqr"),
    "utf-8 as latin-1": lambda text: text.encode().decode("latin-1"),
    "utf-8 as windows-1252": lambda text: as_windows_1252(text.encode()),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "old tone placement": old_style,
}


def mended(texts: list[str]) -> list[str]:
    changed = judge_texts([pl.Series(texts, dtype=pl.String)])[0]
    return [changed[text][0] if text in changed else text for text in texts]


def share(truth: list[str], got: list[str | None]) -> float:
    """Share that came back; capitals that TCVN3 has no code for may be small."""
    return sum(a.lower() == (b or "").lower() for a, b in zip(truth, got, strict=True)) / len(truth)


@pytest.mark.parametrize("form", FORMS)
def test_every_unit_name_comes_back_from_a_column_in_an_old_form(form: str) -> None:
    assert share(UNITS, list(mended([FORMS[form](name) for name in UNITS]))) >= 0.999


@pytest.mark.parametrize("form", FORMS)
def test_every_sentence_of_the_notices_comes_back(form: str) -> None:
    texts = sentences()
    assert share(texts, list(mended([FORMS[form](text) for text in texts]))) >= (0.995 if form == "viqr" else 0.999)


@pytest.mark.parametrize("form", FORMS)
def test_good_cells_stay_as_they_are_among_cells_in_an_old_form(form: str) -> None:
    names = UNITS[::3]
    got = mended([FORMS[form](name) if at % 5 == 0 else name for at, name in enumerate(names)])
    assert [g for at, g in enumerate(got) if at % 5 and g != names[at]] == []
    assert share(names[::5], list(got[::5])) >= 0.99  # "Phó" may be Phú or Phó: what could be either is left


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([["Mã", "Tên đơn vị", "Tên cũ", "Số dân"], *rows])
    return text.getvalue()


def read_back(raw: bytes) -> tuple[str | None, list[list[str | None]]]:
    reading = read_bytes(raw, "bang.csv")
    table = reading.tables[0]
    assert table.header == ("Mã", "Tên đơn vị", "Tên cũ", "Số dân")
    cells: list[list[str | None]] = [list(row) for row in table.frame.rows()]
    rows = {number: at for at, number in enumerate(table.rows.to_list())}
    for repair in table.repairs:
        cells[rows[repair.row]][table.columns.index(repair.column)] = repair.after
    return reading.encoding, cells


SOME = UNITS[5::37]


@pytest.mark.parametrize("form", FORMS)
def test_a_column_in_an_old_form_comes_back_from_a_file_of_good_text(form: str) -> None:
    rows = [[f"{at:05}", name, FORMS[form](name), str(at * 7)] for at, name in enumerate(SOME)]
    _, cells = read_back(as_csv(rows).encode())
    assert [row[1] for row in cells] == SOME
    assert share(SOME, [row[2] for row in cells]) >= 0.995


@pytest.mark.parametrize(
    ("encoding", "write"),
    [
        ("tcvn3", lambda text: from_unicode(text, "tcvn3").encode("latin-1")),
        ("vni", lambda text: from_unicode(text, "vni").encode("latin-1")),
        ("windows-1258", lambda text: from_unicode(text, "windows-1258").encode("latin-1")),
        ("viqr", lambda text: from_unicode(text, "viqr").encode("ascii")),
        ("utf-16", lambda text: text.encode("utf-16")),
        ("utf-16-le", lambda text: text.encode("utf-16-le")),
        ("utf-16-be", lambda text: text.encode("utf-16-be")),
        ("utf-16", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
        ("utf-8", lambda text: text.encode()),
        ("utf-8-sig", lambda text: text.encode("utf-8-sig")),
    ],
)
@pytest.mark.parametrize("size", [10, len(SOME)])
def test_a_whole_file_in_an_old_encoding_comes_back(encoding: str, write: Callable[[str], bytes], size: int) -> None:
    names = SOME[:size]
    rows = [[f"{at:05}", name, name, str(at * 7)] for at, name in enumerate(names)]
    named, cells = read_back(write(as_csv(rows)))
    assert named == encoding
    assert share(names * 2, [row[1] for row in cells] + [row[2] for row in cells]) >= 0.998


def test_a_file_with_two_old_encodings_comes_back() -> None:
    head = from_unicode("Mã,Tên đơn vị,Tên cũ,Số dân\r\n", "tcvn3").encode("latin-1")
    raw = head + b"".join(
        b"%05d,%s,%s,%d\r\n"
        % (at, from_unicode(name, "tcvn3").encode("latin-1"), from_unicode(name, "vni").encode("latin-1"), at * 7)
        for at, name in enumerate(SOME)
    )
    _, cells = read_back(raw)
    assert share(SOME * 2, [row[1] for row in cells] + [row[2] for row in cells]) >= 0.99


@pytest.mark.parametrize("form", ["tcvn3", "vni"])
def test_bytes_of_another_encoding_in_a_utf8_file_are_not_lost(form: str) -> None:
    raw = "Mã,Tên đơn vị,Tên cũ,Số dân\r\n".encode() + b"".join(
        f"{at:05},{name},".encode() + FORMS[form](name).encode("latin-1") + f",{at * 7}\r\n".encode()
        for at, name in enumerate(SOME)
    )
    encoding, cells = read_back(raw)
    assert encoding == "utf-8"
    assert [row[1] for row in cells] == SOME
    assert share(SOME, [row[2] for row in cells]) >= 0.995


def good_texts() -> list[str]:
    files = [
        path
        for folder, pattern in (("data/contracts", "*.yaml"), ("checks", "*.yaml"), ("data/reference", "*.csv"))
        for path in sorted((ROOT / folder).glob(pattern))
    ]
    lines = [line.strip() for path in files for line in path.read_text("utf-8").splitlines()]
    return [text for text in dict.fromkeys(lines) if text and "  " not in text and not re.search("[oO][àáảạ]\\b", text)]


_FOREIGN = (
    "Nestlé|Café|Zürich|Château Dalat|Hôtel Métropole|Crédit Agricole|L'Oréal|Société Générale|Hermès|Citroën|"
    "Renault|Müller|Größe|Straße|Köln|Höng|Düsseldorf|Bö|für|Öl|über alles|Señor|mañana|El Niño|piñata|español|"
    "São Paulo|João|Škoda|Dvořák|Plzeň|být|má|říjen|žluťoučký kůň|Loïc|laïc|haï|Anaïs|Noël|naïve|où|déjà vu|"
    "à la carte|été|même|tôt|Soá|coït|ña|Ångström|Bjørn|Malmö|smörgåsbord|Łódź|Kraków|İstanbul|señal Nº 5|1ª|m²|"
    "µg/m³|µm|±5|½|¼ kg|«ABC»|«Tin»|Viettel®|Sony®|©2024|N·m|V·A|3×4|a×b|§ 5|10 °C|→|≤ 5|Is it? Yes.|a.b|do^|"
    "x^2+y^2|f(a)|C(a)|Ca(OH)2|H₂SO₄|H2O|CO₂|a.nguyen@khanhhoa.gov.vn|https://x.vn/a?b=c'd|TP.HCM|Th.S|v.v.|"
    "U.S.A.|e.g. this|don't|it's me|We go. You too?|add|odd|Buddha|HDD 500 GB|o'clock|rock'n'roll|B-52|Q.1|"
    "P. Vĩnh Hải|số 57-NQ/TW¹|“XÃ” và “PHƯỜNG”|là…|中文|Москва"
)
FOREIGN = _FOREIGN.split("|")


_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Tô Tạ Hà"


_GIVEN = "An Anh Bảo Bé Cúc Dũng Đức Hà Hòa Hùng Huệ Khoa Lan Lộc Minh Mỹ Nga Phú Phó Quý Sơn Tâm Thúy Tú Út Vò Ý"


def test_text_in_order_is_never_touched_alone() -> None:
    texts = good_texts() + UNITS + FOREIGN
    assert [(text, repair_text(text)) for text in texts if repair_text(text)[0] != text] == []


def test_text_in_order_is_never_touched_in_a_column() -> None:
    columns = [pl.Series(texts) for texts in (good_texts(), UNITS, FOREIGN, [t for t in FOREIGN if t.isascii()])]
    assert judge_texts(columns) == [{}, {}, {}, {}]


def test_sentences_of_the_notices_are_never_touched() -> None:
    assert judge_texts([pl.Series(sentences())]) == [{}]


def test_names_of_people_are_never_touched() -> None:
    family = _FAMILY.split()
    given = _GIVEN.split()
    names = [f"{f} {m} {g}" for f in family for m in ("Văn", "Thị", "") for g in given]
    names = [" ".join(name.split()) for name in names]
    assert judge_texts([pl.Series(names), pl.Series(given)]) == [{}, {}]


def test_english_full_stops_are_not_taken_for_viqr() -> None:
    comments = [
        "We go. You do. So do I.",
        "Is it? Yes. To be. Me too.",
        "I'm so. You're to. He be. La la.",
        "no. a. the",
    ]
    assert judge_texts([pl.Series(comments * 50)]) == [{}]
    assert decode(" ".join(comments * 50).encode()) == (" ".join(comments * 50), "ascii")


def test_a_column_of_good_text_needs_no_second_look() -> None:
    assert not pl.Series(UNITS).str.contains(NEEDS_LOOK).mean() > 0.01
