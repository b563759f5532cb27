"""Turns a text file's bytes into text: Unicode first, then the encodings that Vietnamese offices have used."""

from __future__ import annotations

import codecs
import re
from itertools import islice

__all__ = ["decode"]

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 256 * 1024
# Single-byte and East Asian encodings tried in this order where the bytes are not UTF-8 and not Vietnamese.
_FOREIGN = ("cp1252", "gb18030", "shift_jis", "big5", "euc_kr", "cp1251", "cp1250", "mac_roman", "cp850")
_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MODERN = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_LATIN1 = frozenset(chr(code) for code in range(0xA0, 0x100))
_VIQR_SAMPLE = 64 * 1024
_VIQR_MARKS = 10
_LINE_PART = re.compile(r"[^|\t\r\n\"]+")
_VIQR_LIKELY = -12
_LETTER_RUN = re.compile(r"[^\W\d_]+")


def decode(raw: bytes) -> tuple[str, str]:
    """Text of a file and the name of the encoding that it was read with; a byte order mark is taken off.

    Zero bytes left in single-byte text carry nothing and are dropped. A legacy Vietnamese encoding (tcvn3, vni,
    windows-1258, viqr) is named as such. Bytes of a UTF-8 file that are not UTF-8 are shown as windows-1252, so that
    cells typed in a legacy font can still be read. Never fails: the last resort is windows-1252.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _without_nul(raw.decode(encoding, errors=_KEEP_BYTES).lstrip("\ufeff")), encoding
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, errors="replace"), wide
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        # A few broken bytes in a long UTF-8 file, or a column in another encoding, do not make it another encoding.
        if _mostly_utf8(raw):
            return _without_nul(raw.decode("utf-8", errors=_KEEP_BYTES)), "utf-8"
        return _single_byte(raw.replace(b"\x00", b""))
    if not text.isascii():
        return _without_nul(text), "utf-8"
    text = _without_nul(text)
    return _viqr(text) or (text, "ascii")


def _without_nul(text: str) -> str:
    return text.replace("\x00", "") if "\x00" in text else text


def _show_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    from data.legacy_bytes import as_windows_1252

    if error.encoding != "utf-8":
        return "\ufffd", error.end
    return as_windows_1252(error.object[error.start : error.end]), error.end


_KEEP_BYTES = "hub.keep_bytes"
codecs.register_error(_KEEP_BYTES, _show_bytes)


def _wide(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes stand at every second (or three of four) places."""
    head = raw[:4096]
    if len(head) < 4 or head.count(0) < len(head) // 5:
        return None
    if head[1::4].count(0) + head[2::4].count(0) + head[3::4].count(0) > 0.7 * len(head):
        return "utf-32-le"
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _mostly_utf8(raw: bytes) -> bool:
    sample = raw[:_SAMPLE]
    text = sample.decode("utf-8", errors="ignore")
    high = sum(1 for byte in sample if byte > 127)
    broken = len(sample) - len(text.encode())
    if high > 40 and broken * 20 < high:
        return True
    # Letters such as ạ, ế, ư take two or three bytes that no single-byte text of Vietnamese has side by side.
    modern = len(_MODERN.findall(text))
    return (
        modern > 1
        and modern * 50 > broken
        and modern * 2 > sum(1 for char in text if char > "\x7f" and char not in _LATIN1)
    )


def _single_byte(raw: bytes) -> tuple[str, str]:
    from data.legacy_bytes import decode_legacy

    vietnamese = decode_legacy(raw)
    if vietnamese is not None:
        return vietnamese
    sample = raw[:_SAMPLE]
    best, best_score = "cp1252", float("-inf")
    for place, encoding in enumerate(_FOREIGN):
        try:
            text = sample.decode(encoding, errors="strict" if len(raw) <= _SAMPLE else "ignore")
        except UnicodeDecodeError:
            continue
        score = _plausible(text) - place * 0.02
        if score > best_score:
            best, best_score = encoding, score
    return raw.decode(best, errors="replace"), best


def _viqr(text: str) -> tuple[str, str] | None:
    """Plain text read as VIQR where most of its words with marks are Vietnamese so; the first 64 kB decide."""
    from data.viqr import VIQR_LOOK, in_viqr, read_viqr, viqr_gain

    sample = text[:_VIQR_SAMPLE]
    if sum(1 for _ in islice(re.finditer(VIQR_LOOK, sample), _VIQR_MARKS)) < _VIQR_MARKS:
        return None
    if not in_viqr(_LINE_PART.findall(sample)):
        return None

    def read(found: re.Match[str]) -> str:
        part = found.group()
        return read_viqr(part) if viqr_gain(part) > _VIQR_LIKELY else part

    return _LINE_PART.sub(read, text), "viqr"


def _plausible(text: str) -> float:
    """How much a decoded sample looks like written words: 1 and above for clean text, below 0 for noise."""
    high = [char for char in text if char > "\x7f"]
    if not high:
        return 1.0
    good = 0.0
    for char in high:
        if char.isalpha():
            good += 1.0 if _ASIAN.match(char) else 0.8
        elif char in "€£°§–—‘’“”•…«»²³½\u00a0©®":
            good += 0.8
        else:
            good -= 0.5
    mixed = 0
    for run in _LETTER_RUN.findall(text):
        # A capital or a foreign script in the middle of a small word is the sign of a wrong table.
        if not run.isascii() and _ASIAN.search(run):
            mixed += 2 * len(_ASIAN.findall(run)) if _LATIN.search(run) else 0
        elif len(run) > 2 and any(c > "\x7f" for c in run) and run[1:] != run[1:].lower() and run != run.upper():
            mixed += 1
    return (good - mixed) / len(high)
