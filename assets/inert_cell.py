"""Text for a cell of a file that leaves the hub: shown by the spreadsheet that opens it, never run.

A text that begins with =, +, -, @, a tab or a line end is a formula to most spreadsheet programs, in csv and wherever
a writer guesses types (OWASP, "CSV Injection"); `=cmd|' /C calc'!A0` starts a program.
"""

from __future__ import annotations

import re

__all__ = ["calls_out", "inert"]

_FIRST = frozenset("=+-@\t\r\n")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,\s]*%?")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Most characters of a cell (Excel specifications and limits)."""
_CALLS_OUT = re.compile(
    r"=.*(?:\||\[[^\]]*\][^!\[\]]*!|://|\\\\|\b(?:WEBSERVICE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE)\s*\()",
    re.IGNORECASE | re.DOTALL,
)


def inert(text: str) -> str:
    """The text with an apostrophe before it where it would be run; without characters that no workbook can hold."""
    kept = _UNWRITABLE.sub("\ufffd", text)[: _LONGEST - 1]
    if kept[:1] in _FIRST and not _PLAIN_NUMBER.fullmatch(kept):
        return f"'{kept}"
    # Programs look past blanks, and take a full-width sign for its plain form.
    begin = kept.lstrip(" \u00a0\u3000\ufeff\u200b")[:1]
    return f"'{kept}" if begin and begin in "=@＝＋－＠" else kept


def calls_out(formula: str) -> bool:
    """Whether a formula reaches out of its workbook: another program (DDE), another file, or the network."""
    return bool(_CALLS_OUT.match(formula))
