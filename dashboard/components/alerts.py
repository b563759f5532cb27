"""Open alerts: what is wrong, since when, whose it is."""

from __future__ import annotations

from datetime import date

from dashboard.components.markup import Safe, el
from dashboard.components.status import shape
from dashboard.language import Language
from dashboard.models import Alert

__all__ = ["alert_list", "alert_text", "alert_totals"]


def alert_text(alert: Alert, words: Language) -> str:
    """The alert's sentence."""
    values = {k: words.number(v, 0) if isinstance(v, (int, float)) else v for k, v in alert.values}
    if "period" in values:
        values["period"] = words.period(values["period"])
    return words(f"alert.{alert.kind}", **values)


def _since(alert: Alert, words: Language, today: date | None) -> str:
    if alert.since is None:
        return ""
    same_year = today is None or alert.since.year == today.year
    return words("alert.since", day=words.day_month(alert.since) if same_year else words.day(alert.since))


def alert_list(alerts: tuple[Alert, ...], words: Language, today: date | None = None) -> Safe:
    """The list, worst first as given; a day of another year than `today` says which."""
    return el(
        "ul",
        [
            el(
                "li",
                el(
                    "a",
                    shape(a.status, words),
                    el(
                        "span",
                        el("span", alert_text(a, words), class_="alert-title"),
                        el(
                            "span",
                            " · ".join(part for part in (a.detail, _since(a, words, today)) if part),
                            class_="muted alert-line",
                        ),
                        class_="alert-text",
                    ),
                    el("span", a.owner, class_="muted alert-owner"),
                    href=a.href,
                    class_="alert",
                ),
            )
            for a in alerts
        ],
        class_="alerts",
    )


def alert_totals(alerts: tuple[Alert, ...], words: Language) -> Safe:
    """How many of each status: ■ 7 ▲ 12."""
    return el(
        "span",
        [
            el("span", shape(status, words), f" {words.number(count, 0)} ", class_=f"text-{status}")
            for status in ("red", "amber")
            if (count := sum(a.status == status for a in alerts))
        ],
    )
