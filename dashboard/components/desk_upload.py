"""A file that waits to be sent: what it was taken for and by what, to be confirmed or chosen otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.markup import Node, Safe, el
from dashboard.desk.duties import Duty
from dashboard.desk.recognising import units_for
from dashboard.desk.uploads import Header, Pick, Upload
from dashboard.language import Language
from dashboard.views.units import unit_of, units
from data.contract import Contract
from data.obligation import deadline_rule
from data.period import Period
from data.person import Person

__all__ = ["broken_upload", "size_text", "waiting_upload"]

_PERIODS = 14


def size_text(size: int, words: Language) -> str:
    """ "1,2 MB"."""
    if size < 1024 * 1024:
        return f"{words.number(max(1, round(size / 1024)), 0)} kB"
    return f"{words.number(size / 1024 / 1024, 1)} MB"


def broken_upload(one: Upload, words: Language) -> Safe:
    """A file that never came whole."""
    said = words("desk.upload.broken", came=size_text(one.size, words), whole=size_text(one.expected, words))
    return el(
        "div",
        _top(one, words, el("span", "■", class_="mark red", aria_hidden="true")),
        el("p", said, class_="text-red"),
        class_="panel upload",
    )


def waiting_upload(
    one: Upload,
    known: Sequence[Contract],
    chosen: Contract | None,
    mine: Sequence[Duty],
    person: Person,
    words: Language,
) -> Safe:
    """A file with its three choices and, where headers are unknown, one a header. mine: what the person's unit owes."""
    whole = bool(chosen and one.unit.value and one.period.value and one.dataset.how and not one.headers)
    mark = el("span", "●" if whole else "▲", class_=f"mark {'green' if whole else 'amber'}", aria_hidden="true")
    trouble = words.pick(one.trouble_vi, one.trouble_en)
    return el(
        "div",
        _top(one, words, mark),
        el("p", trouble, class_="text-red trouble", role="alert") if trouble else None,
        el(
            "div",
            _field("dataset", words("filter.dataset"), _datasets(one, known, words), one.dataset, words),
            _field("unit", words("filter.unit"), _units(chosen, person), one.unit, words),
            _field("period", words("filter.period"), _periods(one, chosen, mine, words), one.period, words),
            class_="choices",
        ),
        _mapping(one, chosen, words) if one.headers and chosen else None,
        class_="panel upload",
        data_upload=one.key,
    )


def _top(one: Upload, words: Language, mark: Node) -> Safe:
    away = el(
        "form",
        el("button", words("desk.upload.discard"), type="submit", class_="button small"),
        method="post",
        action=f"/desk/upload/{one.key}/discard",
    )
    about = f"{size_text(one.size or one.expected, words)} · {words.moment(one.at)}"
    return el(
        "header",
        el("h2", mark, " ", one.name, title=one.name),
        el("p", about, class_="note muted"),
        away,
    )


def _field(name: str, label: str, options: list[tuple[str, str]], pick: Pick, words: Language) -> Safe:
    how = words(f"desk.upload.how.{pick.how}") if pick.value and pick.how else ""
    likely = words("desk.upload.likely") if pick.value and not pick.how else ""
    empty = el("option", words("desk.upload.choose"), value="", selected=not pick.value)
    listed = [el("option", text, value=value, selected=value == pick.value) for value, text in options]
    return el(
        "label",
        el("span", label, class_="muted"),
        el("select", empty, listed, name=name, data_choice=True, class_=None if pick.value else "missing"),
        el("span", how or likely, class_="how muted small"),
    )


def _datasets(one: Upload, known: Sequence[Contract], words: Language) -> list[tuple[str, str]]:
    """What it might be first, then the rest by title."""
    likely = (one.dataset.value, *one.dataset.others)
    titles = {c.id: c.title_en if words.code == "en" else c.title for c in known}
    first = [d for d in likely if d in titles]
    rest = sorted((d for d in titles if d not in first), key=lambda d: titles[d])
    return [(d, titles[d]) for d in (*first, *rest)]


def _units(chosen: Contract | None, person: Person) -> list[tuple[str, str]]:
    return [(code, unit_of(units(), code).name) for code in units_for(person, chosen)] if chosen else []


def _periods(one: Upload, chosen: Contract | None, mine: Sequence[Duty], words: Language) -> list[tuple[str, str]]:
    """Periods that are owed, newest first, each with what sending would be; the one recognised in any case."""
    if chosen is None:
        return []
    kind = deadline_rule(chosen).frequency
    own = {str(d.period): d for d in mine if d.dataset == chosen.id and d.reporter == one.unit.value}
    tokens = [t for t, d in own.items() if d.standing != "not_begun"]
    guessed = [t for t in (one.period.value, *one.period.others) if t and Period.parse(t).kind == kind]
    found = sorted(dict.fromkeys([*tokens, *guessed]), key=lambda t: Period.parse(t), reverse=True)
    kept = [
        t for t in found if t == one.period.value or t in found[:_PERIODS] or (own.get(t) and own[t].group == "now")
    ]
    return [(t, " · ".join(p for p in (words.period(t), _consequence(own.get(t), words)) if p)) for t in kept]


def _consequence(duty: Duty | None, words: Language) -> str:
    if duty is None:
        return ""
    if duty.newest is not None:
        return words("desk.upload.becomes", version=duty.newest.version + 1)
    return words("desk.late", days=words.number(-duty.days, 0)) if duty.days < 0 else words("desk.standing.due")


def _mapping(one: Upload, chosen: Contract, words: Language) -> Safe:
    titles = {c.name: c.title for c in chosen.columns if not c.derived}

    def row(header: Header) -> Safe:
        likely = [name for name in header.suggestions if name in titles]
        rest = [name for name in titles if name not in likely]
        groups = [
            el("optgroup", [_option(n, titles[n], header) for n in names], label=label)
            for label, names in ((words("desk.upload.likely_columns"), likely), (words("desk.upload.columns"), rest))
            if names
        ]
        return el(
            "label",
            el("span", "“", header.text, "”", class_="unknown-header"),
            el("span", "→", aria_hidden="true", class_="muted"),
            el(
                "select",
                el("option", words("desk.upload.undecided"), value="?", selected=header.chosen is None),
                el("option", words("desk.upload.no_column"), value="", selected=header.chosen == ""),
                groups,
                data_column=header.text,
            ),
        )

    return el(
        "details",
        el("summary", words("desk.upload.unknown", count=words.number(len(one.headers), 0))),
        el("p", words("desk.upload.unknown_hint"), class_="muted small"),
        el("div", [row(h) for h in one.headers], class_="mapping"),
        class_="unknown",
        open=True,
    )


def _option(name: str, title: str, header: Header) -> Safe:
    return el("option", title, value=name, selected=header.chosen == name)
