"""What a unit owes: due, late and returned reports, and what can be done about each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dashboard.addresses import address
from dashboard.components.desk_calendar import month
from dashboard.components.desk_duty import rows
from dashboard.components.desk_forms import extension_form, nil_form
from dashboard.components.desk_said import banner
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import NOTHING, Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.principle import principle_strip
from dashboard.components.states import empty
from dashboard.components.status import score_status, score_text
from dashboard.components.table import pager
from dashboard.desk.duties import GROUPS, Duty, Group, duties, duty_of, grouped
from dashboard.desk.unit_score import unit_score
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from dashboard.views.datasets import dataset_title
from dashboard.views.units import unit_of, units
from data.clock import LOCAL_TIME

__all__ = ["build"]

_FIRST: dict[Group, int] = {"now": 10, "soon": 10, "waiting": 6, "coming": 6, "done": 6}
"""How many of each group stand on the first view; the rest is a click away."""
_PAGE = 25


def build(ask: Ask) -> View:
    """The present obligations of the reader's unit, and of those that it reports for."""
    words = ask.words
    found = duties(ask.person, ask.now)
    chosen = _chosen(ask, found)
    panels = {"head": lambda: _head(ask, found)}
    if ask.get("do") in {"nil", "extend"}:
        panels["ask"] = lambda: _asked(ask)
    panels["score"] = lambda: _score(ask)
    panels["duties"] = lambda: _groups(ask, chosen)
    panels["month"] = lambda: _month(ask, found)
    return desk(ask, "desk", words("nav.desk"), panels, widths={"duties": "duties-wide", "month": "month-narrow"})


def _chosen(ask: Ask, found: Sequence[Duty]) -> tuple[Duty, ...]:
    day, unit, dataset = ask.get("day"), ask.get("unit"), ask.get("dataset")
    return tuple(
        d
        for d in found
        if (not unit or d.reporter == unit)
        and (not dataset or d.dataset == dataset or bool(ask.get("do")))
        and (not day or f"{d.due_at.astimezone(LOCAL_TIME).date()}" == day)
    )


def _head(ask: Ask, found: Sequence[Duty]) -> Safe:
    words, by_group = ask.words, grouped(found)
    parts: list[Node] = []
    for name, tone in (("now", "text-red"), ("soon", "text-amber"), ("waiting", "")):
        count = len(by_group[name])  # type: ignore[index]
        if count:
            parts.append(
                el("span", el("strong", words.number(count, 0), class_=tone), f" {words(f'desk.count.{name}')}")
            )
    send = el("a", words("desk.send_files"), href="/desk/send", class_="button main")
    return el(
        "div",
        banner(ask.get("said"), words),
        heading(
            unit_of(units(), ask.person.unit).name or words("nav.desk"),
            above=words("desk.above"),
            below=join(" · ", parts) if parts else words("desk.nothing_open"),
            actions=send if ask.person.may("submit") else None,
        ),
        _filters(ask, found),
        class_="stack",
    )


def _filters(ask: Ask, found: Sequence[Duty]) -> Safe:
    """By unit and dataset, where there is more than one screen of them."""
    words = ask.words
    owners = tuple(dict.fromkeys(d.reporter for d in found))
    datasets = tuple(dict.fromkeys(d.dataset for d in found))
    choices = []
    if len(owners) > 1:
        named = sorted(((code, unit_of(units(), code).name) for code in owners), key=lambda u: u[1])
        choices.append(Choice("unit", words("filter.unit"), tuple(named), ask.get("unit"), words("filter.all")))
    if len(datasets) > 1:
        titles = sorted(((d, dataset_title(d, words.code)) for d in datasets), key=lambda t: t[1])
        given = "" if ask.get("do") else ask.get("dataset")
        choices.append(Choice("dataset", words("filter.dataset"), tuple(titles), given, words("filter.all")))
    if not choices:
        return NOTHING
    return filters("/desk", choices, words, kept=(("group", ask.get("group")), ("day", ask.get("day"))))


def _asked(ask: Ask) -> Safe:
    """The form that a row's button opened."""
    duty = duty_of(ask.person, ask.get("dataset"), ask.get("unit"), ask.get("period"), ask.now)
    if duty is None or not ask.person.may("submit"):
        return panel(ask.words("error.title"), empty(ask.words, "duty"))
    return nil_form(duty, ask.words) if ask.get("do") == "nil" else extension_form(duty, ask.words)


def _score(ask: Ask) -> Safe:
    words, found = ask.words, unit_score(ask.lake, ask.person.unit, ask.now)
    if not found.scores:
        return NOTHING
    kind = unit_of(units(), ask.person.unit).kind
    rank: Node = words("desk.no_rank")
    if found.rank is not None:
        group = words(f"kind.{kind}") if words.has(f"kind.{kind}") else ""
        said = words(
            "desk.rank", rank=words.number(found.rank, 0), among=words.number(found.among, 0), kind=group.lower()
        )
        mean = el("strong", score_text(found.mean, words), class_=f"figure text-{score_status(found.mean)}")
        rank = (mean, el("span", said, class_="muted"))
    return el(
        "div",
        el(
            "div",
            el("span", words("desk.score"), class_="muted"),
            el("span", rank, class_="strip-value"),
            class_="strip-item",
        ),
        principle_strip(found.scores, words),
        class_="panel unit-score",
    )


def _groups(ask: Ask, chosen: Sequence[Duty]) -> Safe:
    words, by_group = ask.words, grouped(chosen)
    wanted = ask.get("group")
    if wanted in GROUPS:
        return _whole(ask, wanted, by_group[wanted])
    shown = [_part(ask, name, by_group[name]) for name in GROUPS if by_group[name]]
    if not shown:
        return panel(words("nav.desk"), empty(words, "duties"))
    return el("div", shown, class_="stack")


def _kept(ask: Ask, **further: str | int) -> str:
    given = {name: ask.get(name) for name in ("unit", "day")} | (
        {} if ask.get("do") else {"dataset": ask.get("dataset")}
    )
    return address("/desk", **given, **further)


def _part(ask: Ask, name: Group, own: tuple[Duty, ...]) -> Safe:
    words, first = ask.words, own[: _FIRST[name]]
    count = words.number(len(own), 0)
    note: Node = count
    if len(own) > len(first):
        note = el("a", words("desk.all", count=count), href=_kept(ask, group=name), class_="link")
    body = rows(first, words, own=ask.person.unit, sends=ask.person.may("submit"))
    return panel(words(f"desk.group.{name}"), body, note=note, class_="flush")


def _whole(ask: Ask, name: Group, own: tuple[Duty, ...]) -> Safe:
    """One group alone, in pages."""
    words = ask.words
    pages = max(1, -(-len(own) // _PAGE))
    number = min(max(1, int(ask.get("page")) if ask.get("page").isdigit() else 1), pages)
    part = own[(number - 1) * _PAGE : number * _PAGE]
    body = rows(part, words, own=ask.person.unit, sends=ask.person.may("submit")) if part else empty(words, "duties")
    steps = pager(
        number, pages, _kept(ask, group=name, page=number - 1), _kept(ask, group=name, page=number + 1), words
    )
    back = el("a", words("desk.all_groups"), href=_kept(ask), class_="link")
    return panel(words(f"desk.group.{name}"), body, steps, note=back, class_="flush")


def _month(ask: Ask, found: Sequence[Duty]) -> Safe:
    words, today = ask.words, ask.now.date()
    first = today.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    if ask.get("month") == f"{following:%Y-%m}":
        shown, other, label = following, first, "‹"
    else:
        shown, other, label = first, following, "›"
    named, to = words("desk.month", month=_month_name(other)), _kept(ask, month=f"{other:%Y-%m}")
    step = el("a", label, href=to, aria_label=named, class_="button small")
    here = [d for d in found if not ask.get("unit") or d.reporter == ask.get("unit")]
    clear = el("p", el("a", words("desk.all_days"), href=address("/desk")), class_="small") if ask.get("day") else None
    return panel(
        words("desk.month", month=_month_name(shown)),
        month(shown, today, here, words, chosen=ask.get("day")),
        clear,
        note=step,
        class_="calendar",
    )


def _month_name(day: date) -> str:
    return f"{day.month}/{day.year}"
