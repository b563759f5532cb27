"""What reminders say: subject and plain text from the catalogue of words, and the same text as simple HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from data.audit import Head
from data.clock import LOCAL_TIME
from data.deadline import working_days_between
from data.settings import settings
from data.submission import Submission
from data.units import load_units
from data.vietnamese_format import format_date, format_moment, format_period
from pipelines.reminders.open_items import OpenItem

__all__ = ["Letter", "as_html", "chat_letter", "daily_letter", "digest_letter", "late_by", "told_letter"]

_MOST_UNITS = 100
_MOST_ITEMS = 60
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and plain text."""

    subject: str
    body: str


@cache
def _words() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "letters.vi.yaml").read_text(encoding="utf-8"))
    return read


def _say(key: str, **values: object) -> str:
    node: Any = _words()
    for part in key.split("."):
        node = node[part]
    return str(node).format(**values)


def _name(code: str) -> str:
    unit = load_units(settings().province).get(code)
    return unit.name if unit else code


def _address(path: str) -> str:
    base = settings().public_url.rstrip("/")
    return f"{base}{path}" if base else ""


def late_by(item: OpenItem, moment: datetime) -> int:
    """Working days since the due day; 0 or less where it has not passed."""
    due, today = item.due_at.astimezone(LOCAL_TIME).date(), moment.astimezone(LOCAL_TIME).date()
    return working_days_between(due, today)


def _line(item: OpenItem, unit: str, moment: datetime) -> tuple[str, str]:
    """Which part of the letter an item stands in, and its line there."""
    days, late = late_by(item, moment), item.due_at < moment
    part = "late" if late else "today" if days == 0 else "soon"
    said = _say(
        f"daily.item_{part}",
        title=item.contract.title,
        period=format_period(item.period),
        of=_say("daily.of", unit=_name(item.reporter)) if item.reporter != unit else "",
        due=format_moment(item.due_at.astimezone(LOCAL_TIME)),
        days=max(1, abs(days)),
    )
    return part, said + (_say("daily.extended") if item.extended else "")


def daily_letter(unit: str, items: Sequence[OpenItem], moment: datetime) -> Letter:
    """One letter to a unit with all its reports that stand at a reminder today."""
    lines: dict[str, list[str]] = {"late": [], "today": [], "soon": []}
    for item in items[:_MOST_ITEMS]:
        part, said = _line(item, unit, moment)
        lines[part].append(said)
    day = format_date(moment.astimezone(LOCAL_TIME).date())
    late = sum(item.due_at < moment for item in items)
    key = "daily.subject_late" if late else "daily.subject"
    parts = [[_say(f"daily.{part}"), *own] for part, own in lines.items() if own]
    if len(items) > _MOST_ITEMS:
        parts.append([f"… +{len(items) - _MOST_ITEMS}"])
    url = _address("/desk")
    how = _say("daily.how", url=url) if url else _say("daily.how_here")
    body = _body(
        [_say("daily.opening", unit=_name(unit))],
        [_say("daily.intro", at=format_moment(moment.astimezone(LOCAL_TIME)))],
        *parts,
        [how],
        [_say("daily.nil")],
    )
    return Letter(_say(key, count=len(items), late=late, day=day), body)


def chat_letter(by_unit: dict[str, list[OpenItem]], moment: datetime) -> Letter:
    """One message to the chats that says which units were reminded of how much."""
    lines = []
    for unit, items in sorted(by_unit.items(), key=lambda pair: -len(pair[1]))[:_MOST_UNITS]:
        late = sum(item.due_at < moment for item in items)
        lines.append(
            _say("chat.unit", unit=_name(unit), count=len(items), late=_say("chat.late", late=late) if late else "")
        )
    day, count = format_date(moment.astimezone(LOCAL_TIME).date()), sum(map(len, by_unit.values()))
    return Letter(_say("chat.subject", day=day, units=len(by_unit), count=count), _body(lines))


def told_letter(kind: str, sent: Submission, title: str, reason: str = "") -> Letter:
    """What is told at once about one submission: refused, returned, waiting for somebody's word."""
    values = {
        "title": title,
        "period": format_period(sent.period),
        "filename": sent.filename,
        "receipt": sent.receipt,
        "reason": _say("told.reason", reason=reason) if reason else "",
    }
    where = _address(f"/submissions/{sent.receipt}")
    steps = [f"{_say(f'told.{kind}.next')} {where}".rstrip(" :")]
    body = _body([_say("daily.opening", unit=_name(sent.reporter))], [_say(f"told.{kind}.intro", **values)], steps)
    return Letter(_say(f"told.{kind}.subject", **values), body)


def digest_letter(
    late: dict[str, list[OpenItem]],
    ahead: dict[str, list[OpenItem]],
    silent: Sequence[str],
    head: Head | None,
    moment: datetime,
) -> Letter:
    """The week's units with overdue reports, the latest first. `silent`: those of them that nobody can write to."""
    here = moment.astimezone(LOCAL_TIME)
    week, at = f"{here.isocalendar().week}/{here.isocalendar().year}", format_moment(here)
    count = sum(map(len, late.values()))
    opening = [_say("digest.opening")]
    tail = [[_say("digest.audit", head=head)]] if head else []
    if url := _address("/reporting"):
        tail.insert(0, [_say("digest.link", url=url)])
    coming = sum(map(len, ahead.values()))
    if coming:
        tail.insert(0, [_say("digest.ahead", count=coming, units=len(ahead))])
    if not late:
        return Letter(_say("digest.subject_none", week=week), _body(opening, [_say("digest.none", at=at)], *tail))
    lines = []
    worst = {unit: max(items, key=lambda i: late_by(i, moment)) for unit, items in late.items()}
    for unit, items in sorted(late.items(), key=lambda p: (-late_by(worst[p[0]], moment), -len(p[1]), p[0])):
        item = worst[unit]
        said = {"title": item.contract.title, "period": format_period(item.period), "days": late_by(item, moment)}
        lines.append(_say("digest.unit", unit=_name(unit), count=len(items), **said))
    if len(lines) > _MOST_UNITS:
        lines[_MOST_UNITS:] = [_say("digest.more", count=len(lines) - _MOST_UNITS)]
    if silent:
        names = ", ".join(map(_name, silent[:20])) + (", …" if len(silent) > 20 else "")
        tail.insert(0, [_say("digest.silent", count=len(silent), units=names)])
    intro = [_say("digest.intro", at=at, units=len(late), count=count)]
    return Letter(_say("digest.subject", week=week, units=len(late), count=count), _body(opening, intro, lines, *tail))


def _body(*paragraphs: Sequence[str]) -> str:
    return "\n\n".join("\n".join(lines) for lines in (*paragraphs, [_say("closing")]) if lines)


def as_html(body: str) -> str:
    """The plain text as HTML: paragraphs, lists, links; nothing that a mail program would have to fetch."""
    blocks = []
    for paragraph in body.split("\n\n"):
        out, listed = [], False
        for line in paragraph.split("\n"):
            item = line.startswith("• ")
            if item != listed:
                out.append("<ul>" if item else "</ul>")
                listed = item
            text = _linked(line.removeprefix("• "))
            out.append(f"<li>{text}</li>" if item else f"<p>{text}</p>")
        if listed:
            out.append("</ul>")
        blocks.append("".join(out))
    style = "font-family:'Be Vietnam Pro',Arial,sans-serif;font-size:15px;line-height:1.5;color:#14202b"
    return f'<!DOCTYPE html><html lang="vi"><body style="{style}">{"".join(blocks)}</body></html>'


def _linked(line: str) -> str:
    at, out = 0, []
    for found in _URL.finditer(line):
        out += [escape(line[at : found.start()]), f'<a href="{escape(found[0])}">{escape(found[0])}</a>']
        at = found.end()
    return "".join([*out, escape(line[at:])])
