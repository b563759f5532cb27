"""The head and the foot of a document: number, kind, issuer, place and date, subject, signatory, recipients.

Form: decree 30/2020/NĐ-CP, appendix I; instruction 36-HD/VPTW for documents of the Party.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date

from assets.directives.blocks import Block
from assets.directives.citations import NUMBER, _types, type_of_symbol
from assets.directives.model import Head, Word
from assets.directives.source_text import SourceText

__all__ = ["read_head"]

_OWN = re.compile(rf"\bSố\s*[:.]?\s*({NUMBER})", re.IGNORECASE)
_PLACED = re.compile(
    r"^(?:ĐẢNG CỘNG SẢN VIỆT NAM\s*)?([A-ZĐÀ-Ỹ][\w .\-]{1,40}?)\s*,\s*"
    r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})",
)
_MOTTO = re.compile(r"cộng hòa xã hội|cộng hoà xã hội|độc lập\s*-\s*tự do|đảng cộng sản việt nam", re.IGNORECASE)
_ROLE = re.compile(
    r"^(?:T/M|TM\.?|KT\.?|TL\.?|Q\.|TUQ\.?|K/T|T/L|CHỦ TỊCH|PHÓ CHỦ TỊCH|BÍ THƯ|PHÓ BÍ THƯ|CHÁNH|PHÓ CHÁNH|GIÁM ĐỐC"
    r"|PHÓ GIÁM ĐỐC|TRƯỞNG|PHÓ TRƯỞNG|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|kiêm$)",
)
_NAME = re.compile(r"^(?:[A-ZĐÀ-Ỹ][a-zà-ỹđ]*\s){1,5}[A-ZĐÀ-Ỹ][a-zà-ỹđ]+$")
_SENT_TO = re.compile(r"^(?:\*\s*)?nơi nhận\s*:?", re.IGNORECASE)
_ASIDE = re.compile(r"\s*[,;.]\s*$")
_TEXT_BEGINS = re.compile(
    r"^(?:căn cứ|thực hiện|ngày\s+\d|kính gửi|[IVXLC]{1,5}\s*[.\-]|\d{1,2}\s*[.)]|[-–+•]\s)", re.IGNORECASE
)
_ABOUT = re.compile(r"\bV/v\s*:?\s*([^\n]{6,400})", re.IGNORECASE)
_DEAR = re.compile(r"^kính gửi\s*:?\s*", re.IGNORECASE)


def read_head(source: SourceText, blocks: Sequence[Block]) -> Head:
    """What the document says of itself; nothing that is not written."""
    flow = [block for block in blocks if not block.note]
    top = _top(flow)
    number, at = _number(source, top)
    place, day = _placed(source, top)
    kind, subject, title_at = _title(source, top)
    if kind is None and number is not None:
        kind, subject = _letter(source, top)
    if kind is None and number is not None and (by_symbol := type_of_symbol(number.value)):
        kind = Word(by_symbol, number.place, 0.7)
    signatory, recipients = _foot(source, flow)
    issuer = _issuer(source, top[: at if at is not None else (title_at or 0)])
    return Head(number, kind, issuer, place, day, signatory, subject, (*_addressed(source, flow), *recipients))


def _top(flow: Sequence[Block]) -> list[Block]:
    """The paragraphs before the text proper: up to the first long one."""
    for count, block in enumerate(flow[:40]):
        if count and len(block.text) > 160 and block.text[-1] in ".:;":
            return list(flow[:count])
    return list(flow[:25])


def _number(source: SourceText, top: Sequence[Block]) -> tuple[Word | None, int | None]:
    for count, block in enumerate(top):
        if found := _OWN.search(block.text):
            # A number behind a kind of document is somebody else's, cited in the title.
            if count and re.search(rf"(?:{'|'.join(_types())})\s+số", block.text, re.IGNORECASE):
                continue
            value = re.sub(r"\s+", "", found[1]).replace("–", "-")
            return Word(value, block.place(source, found.start(1), found.end(1))), count
    return None, None


def _placed(source: SourceText, top: Sequence[Block]) -> tuple[Word | None, Word | None]:
    for block in top:
        if found := _PLACED.search(block.text):
            try:
                day = date(int(found[4]), int(found[3]), int(found[2])).isoformat()
            except ValueError:
                continue
            at = found.start(2) - len("ngày ")
            return (
                Word(found[1].strip(), block.place(source, found.start(1), found.end(1))),
                Word(day, block.place(source, max(0, at), found.end(4))),
            )
    return None, None


def _title(source: SourceText, top: Sequence[Block]) -> tuple[Word | None, Word | None, int | None]:
    for count, block in enumerate(top):
        folded = " ".join(block.text.lower().split())
        kinds = (k for k in sorted(_types(), key=len, reverse=True) if folded.startswith(k))
        kind = next((k for k in kinds if block.text[: len(k)].isupper()), None)
        if kind is None:
            continue
        main = kind.split(" kết luận")[0] if kind.startswith("thông báo") else kind
        word = Word(main.capitalize(), block.place(source, 0, len(main)))
        parts = [(block, len(kind))] + [(other, 0) for other in top[count + 1 :]]
        texts: list[str] = []
        start: tuple[Block, int] | None = None
        last: Block = block
        for other, begin in parts:
            piece = other.text[begin:].strip(" :")
            if not piece or _OWN.match(other.text) or _PLACED.search(other.text) or re.match(r"^[-_*\s]+$", piece):
                continue
            if texts and (_TEXT_BEGINS.match(piece) or len(texts) > 5 or _sentence(piece) or _turns(texts, piece)):
                break
            texts.append(piece)
            start, last = start or (other, begin), other
        if start is None:
            return word, None, count
        first = start[0].place(source, start[1], len(start[0].text))
        end = last.place(source, 0, len(last.text)).end
        return word, Word(" ".join(texts), source.place(first.start, end), 0.9), count
    return None, None, None


def _sentence(piece: str) -> bool:
    """A paragraph of the text proper: it ends as sentences do, or holds the end of one."""
    return piece.endswith((".", ";", ":")) or re.search(r"[a-zà-ỹ]\. +[A-ZĐÀ-Ỹ]", piece) is not None


def _turns(texts: Sequence[str], piece: str) -> bool:
    """Capitals behind a subject in small letters are the body that decides, and no longer the subject."""
    return piece.isupper() and any(not text.isupper() for text in texts)


def _letter(source: SourceText, top: Sequence[Block]) -> tuple[Word | None, Word | None]:
    """An official letter has no title: its subject stands behind "V/v" below its number (decree 30/2020/NĐ-CP)."""
    for block in top:
        if found := _ABOUT.search(block.text):
            subject = Word(found[1].strip(), block.place(source, found.start(1), found.end(1)), 0.9)
            return Word("Công văn", block.place(source, found.start(), found.start(1)), 0.8), subject
    return None, None


def _issuer(source: SourceText, above: Sequence[Block]) -> Word | None:
    """The lines in capitals at the top left, the higher body first."""
    lines = [
        b for b in above if b.text.upper() == b.text and not _MOTTO.search(b.text) and any(c.isalpha() for c in b.text)
    ]
    if not lines:
        return None
    text = " ".join(block.text for block in lines)
    place = source.place(lines[0].place(source, 0, 1).start, lines[-1].place(source, 0, len(lines[-1].text)).end)
    return Word(text, place, 0.9)


def _addressed(source: SourceText, flow: Sequence[Block]) -> tuple[Word, ...]:
    """Whom a letter is addressed to: behind "Kính gửi", or on the lines below it."""
    for count, block in enumerate(flow[:40]):
        if not (found := _DEAR.match(block.text)):
            continue
        lines = [(block, found.end())] if len(block.text) > found.end() else []
        if not lines:
            lines = [(b, 1) for b in itertools.takewhile(lambda b: b.text[:1] in "-–+•", flow[count + 1 : count + 30])]
        words = []
        for line, start in lines:
            value = _ASIDE.sub("", line.text[start:].strip())
            at = line.text.find(value, start)
            words.append(Word(value, line.place(source, at, at + len(value))))
        return tuple(words)
    return ()


def _foot(source: SourceText, flow: Sequence[Block]) -> tuple[Word | None, tuple[Word, ...]]:
    """Who signed, and to whom it goes."""
    begin = next((n for n, b in enumerate(flow) if _SENT_TO.match(b.text)), None)
    recipients: list[Word] = []
    stop = begin
    if begin is not None:
        for stop in range(begin + 1, len(flow)):
            text = flow[stop].text
            if text[:1] not in "-–+•" or _ROLE.match(text):
                break
            for part in re.split(r"(?<=[;,.])\s+(?=[-–]\s)", text):
                value = _ASIDE.sub("", part.lstrip("-–+• ").strip())
                at = text.find(value)
                recipients.append(Word(value, flow[stop].place(source, max(0, at), max(0, at) + len(value))))
    roles = [n for n, b in enumerate(flow) if _ROLE.match(b.text) and len(b.text) < 120 and b.text.upper() == b.text]
    start = next((n for n in roles if begin is None or n > begin), roles[-1] if roles else stop)
    if start is not None:
        for block in flow[start : start + 8]:
            for piece in _pieces(block):
                text = block.text[piece[0] : piece[1]]
                if _NAME.match(text) and not _ROLE.match(text.upper()):
                    return Word(text, block.place(source, *piece)), tuple(recipients)
    return None, tuple(recipients)


def _pieces(block: Block) -> list[tuple[int, int]]:
    """A whole paragraph, and its end behind a role in capitals that runs into the name."""
    pieces = [(0, len(block.text))]
    if found := re.search(r"(?:^|\s)((?:[A-ZĐÀ-Ỹ][a-zà-ỹđ]+\s){1,4}[A-ZĐÀ-Ỹ][a-zà-ỹđ]+)$", block.text):
        pieces.append((found.start(1), found.end(1)))
    return pieces
