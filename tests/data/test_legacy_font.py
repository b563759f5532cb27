"""The tables of TCVN3, VNI, code page 1258 and VIQR have every Vietnamese letter, each as it is known elsewhere."""

from __future__ import annotations

import unicodedata

import pytest

from data.legacy_font import FONTS, Font, Legacy, from_unicode, letters_of, to_unicode
from data.vietnamese_syllable import TONES, VOWELS

SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)] + ["đ"]
ACCENTED = [letter for letter in SMALL if not letter.isascii()]

# TCVN 5712:1993 (VN3), 0xA1 to 0xFE, as an independent list; "" where a code has no letter.
_VN3 = (
    "Ă Â Ê Ô Ơ Ư Đ ă â ê ô ơ ư đ - - - - - - à ả ã á ạ - ằ ẳ ẵ ắ - - - - - - - ặ ầ ẩ ẫ ấ ậ è - ẻ ẽ é ẹ ề ể ễ "
    "ế ệ ì ỉ - - - ĩ í ị ò - ỏ õ ó ọ ồ ổ ỗ ố ộ ờ ở ỡ ớ ợ ù - ủ ũ ú ụ ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ"
)
VN3 = _VN3.split()


def test_there_are_67_accented_letters() -> None:
    assert len(ACCENTED) == 67


def test_tcvn3_agrees_with_the_standard() -> None:
    codes = range(0xA1, 0xFF)
    assert len(VN3) == len(codes)
    for code, letter in zip(codes, VN3, strict=True):
        if letter != "-":
            assert to_unicode(f"a{chr(code)}", "tcvn3")[1:] == letter
            assert from_unicode(letter, "tcvn3") == chr(code)
    assert sum(letter != "-" for letter in VN3) == 74


def test_tcvn3_reads_toned_capitals_written_with_a_mark() -> None:
    assert to_unicode("A³n, \xa3´", "tcvn3") == "Án, Ệ"


@pytest.mark.parametrize("letter", [*ACCENTED, *(letter.upper() for letter in ACCENTED)])
def test_code_page_1258_agrees_with_pythons_codec(letter: str) -> None:
    parts = unicodedata.normalize("NFD", letter)
    marks = [c for c in parts if c in TONES]
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    shown = (base + "".join(marks)).encode("cp1258").decode("cp1252")
    assert to_unicode(shown, "windows-1258") == letter
    assert from_unicode(letter, "windows-1258") == shown


@pytest.mark.parametrize("legacy", ["vni", "windows-1258", "viqr"])
def test_every_letter_of_both_cases_comes_back(legacy: Legacy) -> None:
    for letter in ACCENTED:
        word = "d" + letter + "nh" if letter != "đ" else "đinh"
        for text in (word.upper(), word):
            assert to_unicode(from_unicode(text, legacy), legacy) == text


def test_vni_writes_each_letter_as_its_keyboard_does() -> None:
    assert from_unicode("ạ ắ ặ ấ ẽ ệ ỉ ĩ ị ố ợ ự ỵ đ Đ Ị Ỵ Ắ", "vni") == "aï aé aë aá eõ eä æ ó ò oá ôï öï î ñ Ñ Ò Î AÉ"
    assert to_unicode("Thiï traán, AÙn, Aùn", "vni") == "Thị trấn, Án, Án"


@pytest.mark.parametrize("font", FONTS)
def test_a_font_uses_no_letter_beyond_latin1(font: Font) -> None:
    assert all("\xa0" < char <= "\xff" for char in letters_of(font))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("KH¸NH HßA", "KHÁNH HÒA"),
        ("TØNH ñY KH¸NH HßA", "TỈNH ỦY KHÁNH HÒA"),
        ("X· Cæ §«", "Xã Cổ Đô"),
        ("HuyÖn øng Hßa", "Huyện Ứng Hòa"),
        ("HuyÖn M\xadêng ¶ng", "Huyện Mường Ảng"),
        ("TØnh ñy Kh¸nh Hßa", "Tỉnh ủy Khánh Hòa"),
        ("èng n\xadíc", "ống nước"),
        ("Sè 02-TB/BC§", "Số 02-TB/BCĐ"),
        ("NghÞ quyÕt 57-NQ/TW¹", "Nghị quyết 57-NQ/TW¹"),
    ],
)
def test_capitals_that_tcvn3_cannot_store_come_back_from_the_words_around(typed: str, read: str) -> None:
    assert to_unicode(typed, "tcvn3") == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("huye^.n Va.n Ninh, phu+o+`ng", "huyện Vạn Ninh, phường"),
        ("Xa~ Phu' Tho.", "Xã Phú Thọ"),
        ("ddi dda^u? DDo^`ng y'.", "đi đâu? Đồng ý."),
        ("cu?a ta\\. La`", "của ta. Là"),
        ("HDDND, QDD-UBND", "HĐND, QĐ-UBND"),
        ("ga^.p ta.i a.nh@co.vn, http://ha.vn/a?b=c", "gập tại a.nh@co.vn, http://ha.vn/a?b=c"),
        ("it's, don't, you're", "it's, don't, you're"),
    ],
)
def test_viqr_is_read_and_punctuation_is_left(typed: str, read: str) -> None:
    assert to_unicode(typed, "viqr") == read
