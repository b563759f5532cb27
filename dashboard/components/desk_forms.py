"""The two forms behind a report's buttons: nothing to report, and more time."""

from __future__ import annotations

from datetime import timedelta

from dashboard.components.markup import Safe, el
from dashboard.components.panel import panel
from dashboard.desk.duties import Duty
from dashboard.language import Language
from dashboard.views.datasets import dataset_title
from dashboard.views.units import unit_of, units
from data.clock import LOCAL_TIME, now
from data.deadline import next_working_day

__all__ = ["extension_form", "item_fields", "nil_form", "title_of"]


def title_of(duty: Duty, words: Language) -> str:
    """ "Khách lưu trú · tháng 10/2026 · Sở Văn hóa …"."""
    whose = unit_of(units(), duty.reporter).short
    return " · ".join((dataset_title(duty.dataset, words.code), words.period(str(duty.period)), whose))


def item_fields(dataset: str, period: str, unit: str) -> list[Safe]:
    """The hidden fields that say which report is meant."""
    given = (("dataset", dataset), ("period", period), ("unit", unit))
    return [el("input", type="hidden", name=name, value=value) for name, value in given]


def nil_form(duty: Duty, words: Language) -> Safe:
    """ "Không phát sinh": asked once more, as it counts as a report."""
    form = el(
        "form",
        *item_fields(duty.dataset, str(duty.period), duty.reporter),
        el("p", words("desk.nil_asks")),
        el(
            "div",
            el("button", words("desk.nil_send"), type="submit", class_="button main"),
            el("a", words("desk.cancel"), href="/desk", class_="button"),
            class_="actions",
        ),
        method="post",
        action="/desk/nil",
        class_="desk-form",
    )
    return panel(words("desk.nil"), form, note=title_of(duty, words), class_="asking")


def extension_form(duty: Duty, words: Language) -> Safe:
    """Until when, why, by which letter."""
    due = duty.due_at.astimezone(LOCAL_TIME)
    offered = next_working_day(max(due, now()).date() + timedelta(days=3))
    form = el(
        "form",
        *item_fields(duty.dataset, str(duty.period), duty.reporter),
        el(
            "label",
            el("span", words("desk.until")),
            el(
                "input", type="date", name="until", value=f"{offered}", required=True,
                min=f"{due.date() + timedelta(days=1)}",
            ),
            el("span", words("desk.due_now", at=words.moment(due)), class_="muted small"),
        ),
        el(
            "label",
            el("span", words("desk.document")),
            el("input", name="document", maxlength=200, placeholder=words("desk.document_hint")),
        ),
        el(
            "label",
            el("span", words("desk.reason")),
            el("textarea", "", name="reason", rows=2, required=True, maxlength=1000),
            class_="wide",
        ),
        el(
            "div",
            el("button", words("desk.extend_send"), type="submit", class_="button main"),
            el("a", words("desk.cancel"), href="/desk", class_="button"),
            class_="actions wide",
        ),
        method="post",
        action="/desk/extension",
        class_="desk-form two",
    )  # fmt: skip
    return panel(words("desk.extend"), form, note=title_of(duty, words), class_="asking")
