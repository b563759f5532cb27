"""Turns a text file's bytes into text: Unicode first, then the encodings that Vietnamese offices have used."""

from __future__ import annotations

import codecs
import re

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
_LETTER_RUN = re.compile(r"[^\W\d_]+")


def decode(raw: bytes) -> tuple[str, str]:
    """Text of a file and the name of the encoding that it was read with; a byte order mark is taken off.

    Zero bytes left in single-byte text carry nothing and are dropped. A legacy Vietnamese encoding (TCVN3, VNI,
    VIQR, windows-1258) is named as such. Never fails: the last resort is windows-1252 with replacement marks.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = raw.decode(encoding, errors="replace")
            return text.lstrip("\ufeff"), encoding
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, errors="replace"), wide
    try:
        text = raw.decode("utf-8")
        return text.replace("\x00", ""), ("ascii" if text.isascii() else "utf-8")
    except UnicodeDecodeError:
        # A few broken bytes in a long UTF-8 file do not make it another encoding.
        if _mostly_utf8(raw):
            return raw.decode("utf-8", errors="replace").replace("\x00", ""), "utf-8"
    return _single_byte(raw.replace(b"\x00", b""))


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
    return high > 40 and broken * 20 < high


def _single_byte(raw: bytes) -> tuple[str, str]:
    vietnamese = _vietnamese(raw)
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


def _vietnamese(raw: bytes) -> tuple[str, str] | None:
    from data.legacy_font import decode_legacy

    return decode_legacy(raw)


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
