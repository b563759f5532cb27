"""Finds which texts of a table's columns are not in good form; whole columns decide where one text cannot.

A column of good text costs one regular expression in polars. Only what that finds is looked at one by one; where a
legacy font shows up, the rest of the column's accented texts are too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from data.legacy_judge import Leaning

__all__ = ["Changed", "judge_texts"]

Changed = dict[str, tuple[str, tuple[str, ...]]]
"""Text as it stands → its good form and the kinds of repair that this takes."""

_ACCENTED = r"[^\x00-\x7f]"
_SAMPLE = 2000
_ASSUME_ALL = 0.5
_LIKELY = -12
_LONG = 10_000
"""Rows from which on a column is worth a query of its own."""


def judge_texts(columns: Sequence[pl.Series]) -> list[Changed]:
    """For each column (String) its texts that can be brought into good form; {} for one that is in order.

    Any columns will do: whole ones, or distinct texts only. Kinds are those of data.vietnamese_text.repair_text.
    """
    from data.vietnamese_text import NEEDS_LOOK
    from data.viqr import VIQR_LOOK

    # Each column is scanned once; what the two patterns find apart is looked up among the few texts found.
    looked = _found(columns, f"{NEEDS_LOOK}|{VIQR_LOOK}")
    found = _by_font(columns, _distinct(looked, NEEDS_LOOK))
    for changed, viqr in zip(found, _by_viqr(columns, _distinct(looked, VIQR_LOOK)), strict=True):
        for text, after in viqr.items():
            changed.setdefault(text, after)
    return found


def _found(columns: Sequence[pl.Series], pattern: str) -> list[pl.Series]:
    """The distinct texts of each column that fit the pattern, in their order."""
    if any(len(column) > _LONG for column in columns):
        return [column.filter(column.str.contains(pattern)).unique(maintain_order=True) for column in columns]
    # A thousand narrow columns would each pay for a query of their own; together they pay for one.
    place = np.repeat(np.arange(len(columns), dtype=np.uint32), [len(column) for column in columns])
    texts = pl.concat([column.alias("text") for column in columns]) if columns else pl.Series("text", [], pl.String)
    fitting = pl.DataFrame({"place": place, "text": texts}).filter(pl.col("text").str.contains(pattern))
    by_place = fitting.unique(maintain_order=True).partition_by("place", as_dict=True)
    nothing = pl.Series("text", [], dtype=pl.String)
    return [by_place[(n,)]["text"] if (n,) in by_place else nothing for n in range(len(columns))]


def _distinct(columns: Sequence[pl.Series], pattern: str) -> list[list[str]]:
    return [texts.to_list() for texts in _found(columns, pattern)]


def _by_font(columns: Sequence[pl.Series], suspects: Sequence[list[str]]) -> list[Changed]:
    from data.legacy_judge import lean

    votes = [_votes(texts[:: len(texts) // _SAMPLE + 1]) for texts in suspects]
    table = sum(votes, Counter[str]())
    if not any(count for kind, count in table.items() if kind != "good"):
        return [_repaired(texts) for texts in suspects]
    found: list[Changed] = []
    for accented, texts in zip(_distinct(columns, _ACCENTED), suspects, strict=True):
        leaning = lean(_votes(accented[:: len(accented) // _SAMPLE + 1]), table)
        found.append(_repaired(accented, leaning) | _repaired([text for text in texts if text.isascii()]))
    return found


def _repaired(texts: Iterable[str], leaning: Leaning | None = None) -> Changed:
    from data.vietnamese_text import repair_text

    outcomes = ((text, repair_text(text, leaning)) for text in texts)
    return {text: outcome for text, outcome in outcomes if outcome[0] != text}


def _votes(texts: Sequence[str]) -> Counter[str]:
    """What some of a column's texts are: in good form, doubly encoded, or typed in one of the fonts."""
    from data.legacy_judge import vote
    from data.vietnamese_text import repair_text

    double = {text for text in texts if "double_encoded" in repair_text(text)[1]}
    votes = vote(text for text in texts if text not in double)
    votes["double"] = len(double)
    return votes


def _by_viqr(columns: Sequence[pl.Series], suspects: Sequence[list[str]]) -> list[Changed]:
    """Texts typed in VIQR (Khanh Ho`a); the whole table, or a whole column, must speak for it."""
    from data.viqr import VIQR_MARK, in_viqr, read_viqr, viqr_gain

    if not any(suspects):
        return [{} for _ in columns]
    everywhere = in_viqr(text for texts in suspects for text in texts)
    found: list[Changed] = []
    for column, texts in zip(columns, suspects, strict=True):
        read: dict[str, str] = {}
        if texts and (everywhere or in_viqr(texts)):
            sure = sum(viqr_gain(text) > 0 for text in texts)
            if sure > _ASSUME_ALL * len(texts):
                marked = _distinct([column], VIQR_MARK)[0]
                read = {text: read_viqr(text) for text in marked if viqr_gain(text) > _LIKELY}
            else:
                read = {text: read_viqr(text) for text in texts if viqr_gain(text) > 0}
        found.append({text: _finish(after) for text, after in read.items() if after != text})
    return found


def _finish(text: str) -> tuple[str, tuple[str, ...]]:
    from data.vietnamese_text import repair_text

    after, kinds = repair_text(text)
    return after, ("legacy_font", *kinds)
