"""The wall: indicators against targets, reporting discipline, six principles, map, alerts, newest submissions."""

from __future__ import annotations

from dashboard.addresses import address
from dashboard.components.alerts import alert_list, alert_totals
from dashboard.components.commune_map import commune_map, load_shapes
from dashboard.components.markup import Safe, el
from dashboard.components.matrix import matrix
from dashboard.components.panel import panel
from dashboard.components.principle import principle_rows
from dashboard.components.ranking import ranking
from dashboard.components.shell import header
from dashboard.components.states import empty
from dashboard.components.status import shape
from dashboard.components.ticker import ticker
from dashboard.components.tile import tiles
from dashboard.language import Language
from dashboard.models import Status
from dashboard.view import Ask, View
from dashboard.views import overview as data
from dashboard.views.indicators import indicator_tiles
from dashboard.views.open_alerts import open_alerts
from dashboard.views.province import province_name, shapes_file

__all__ = ["build"]

_WIDEST = 100.0
_ALERTS = 12
"""More than a wall can show; the totals beside the title are of all."""
_LEGEND: tuple[tuple[Status, str], ...] = (("green", "on_time"), ("amber", "late"), ("red", "missing"))


def build(ask: Ask) -> View:
    """The overview at the moment asked for."""
    return View(
        kind="wall",
        title=f"{province_name()} · {ask.words('title')}",
        panels={
            "header": lambda: _header(ask),
            "indicators": lambda: _indicators(ask),
            "map": lambda: _map(ask),
            "discipline": lambda: _discipline(ask),
            "principles": lambda: _principles(ask),
            "alerts": lambda: _alerts(ask),
            "ticker": lambda: ticker(data.arrivals(ask.lake, ask.now, ask.words.code), ask.words, today=ask.now.date()),
        },
    )


def _header(ask: Ask) -> Safe:
    until = data.data_until(ask.lake, ask.now)
    return header(
        ask.words,
        province=province_name(),
        now=ask.now,
        person=ask.person,
        data_until=ask.words.day(until) if until else None,
    )


def _legend(words: Language) -> Safe:
    return el(
        "span",
        el("span", el("i", class_="key value"), words("tile.legend_value"), class_="keyed"),
        el("span", el("i", class_="key forecast"), words("tile.legend_forecast"), class_="keyed"),
        el("span", el("i", class_="key target"), words("tile.legend_target"), class_="keyed"),
        class_="keys",
    )


def _indicators(ask: Ask) -> Safe:
    words = ask.words
    shown = indicator_tiles(ask.lake, ask.now, words.code)
    risk = sum(i.status in ("amber", "red") for i in shown)
    body = tiles(shown, words) if shown else empty(words, "indicators", command="hub demo")
    said = el("span", " · ", words("tile.at_risk", count=words.number(risk, 0))) if risk else None
    return panel(words("wall.indicators"), body, note=(_legend(words), said))


def _map(ask: Ask) -> Safe:
    words = ask.words
    found = data.on_time_by_commune(ask.lake, ask.now)
    if not found.communes:
        return panel(words("wall.map"), empty(words, "obligations"))
    side = el(
        "div",
        el("p", words("wall.lowest"), class_="side-title"),
        ranking(found.lowest, words, unit="%", largest=_WIDEST, decimals=0),
    )
    note = words("wall.map_note", period=words.period(found.period), share=words.percent(found.share, 0))
    return panel(
        words("wall.map"),
        commune_map(load_shapes(shapes_file()), found.communes, words, side=side),
        note=note,
        href=address("/reporting", kind="commune"),
    )


def _discipline(ask: Ask) -> Safe:
    words = ask.words
    found = data.discipline(ask.lake, ask.now)
    if not found.rows:
        return panel(words("wall.discipline"), empty(words, "obligations", command="hub demo"))
    note = (
        words(
            "wall.discipline_note",
            first=words.period_short(found.periods[0]),
            last=words.period_short(found.periods[-1]),
        ),
        " · ",
        [el("span", shape(status, words), f" {words(f'reported.{name}')} ") for status, name in _LEGEND],
    )
    return panel(
        words("wall.discipline"), matrix(found.rows, found.periods, words, heads=False), note=note, href="/reporting"
    )


def _principles(ask: Ask) -> Safe:
    words = ask.words
    scores = data.principles(ask.lake, ask.now)
    body = principle_rows(scores, words) if scores else empty(words, "scores")
    return panel(words("wall.principles"), body, note=words("wall.principles_note"), href="/quality")


def _alerts(ask: Ask) -> Safe:
    words = ask.words
    alerts = open_alerts(ask.lake, ask.now, words.code)
    body = alert_list(alerts[:_ALERTS], words, ask.now.date()) if alerts else empty(words, "alerts")
    return panel(words("wall.alerts"), body, note=alert_totals(alerts, words))
