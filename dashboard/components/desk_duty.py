"""One report that is owed, as a row: what, for when, where it stands, and the buttons that move it on."""

from __future__ import annotations

from dashboard.addresses import address, submission_address
from dashboard.components.markup import Node, Safe, el
from dashboard.components.status import shape
from dashboard.desk.duties import Duty, Standing
from dashboard.language import Language
from dashboard.models import Status
from dashboard.views.datasets import dataset_title
from dashboard.views.units import unit_of, units
from data.clock import LOCAL_TIME

__all__ = ["STANDING", "duty_row", "rows"]

STANDING: dict[Standing, Status] = {
    "missing": "red", "returned": "red", "unconfirmed": "amber", "unapproved": "amber", "received": "none",
    "due": "none", "on_time": "green", "late": "amber", "held": "amber", "not_begun": "none",
}  # fmt: skip
"""The shape that each standing is shown by."""


def rows(found: tuple[Duty, ...], words: Language, *, own: str, sends: bool) -> Safe:
    """Several reports under each other. own: the reader's unit, whose name goes without saying."""
    return el("ul", [el("li", duty_row(d, words, own=own, sends=sends)) for d in found], class_="duties")


def duty_row(duty: Duty, words: Language, *, own: str, sends: bool) -> Safe:
    """One report; its buttons where the reader may send."""
    status: Status = "amber" if duty.standing == "due" and duty.group == "soon" else STANDING[duty.standing]
    title = dataset_title(duty.dataset, words.code)
    what: Node = el("a", title, href=submission_address(duty.newest.receipt)) if duty.newest else title
    where, done = _where(duty, words), duty.group == "done"
    whose = f" · {unit_of(units(), duty.reporter).short}" if duty.reporter != own else ""
    return el(
        "div",
        shape(status, words, words(f"desk.standing.{duty.standing}")),
        el(
            "p",
            el("strong", what, class_="duty-title", title=title),
            el("span", words.period(str(duty.period)), whose, f" · {where}" if done and where else "", class_="muted"),
            el("span", where, class_="duty-where") if where and not done else None,
            class_="duty-what",
        ),
        el("p", *_when(duty, words), class_="duty-when"),
        _buttons(duty, words) if sends and duty.standing != "not_begun" else el("span", class_="duty-buttons"),
        class_=f"duty {duty.standing}",
    )


def _when(duty: Duty, words: Language) -> tuple[Node, ...]:
    due = words.weekday(duty.due_at.astimezone(LOCAL_TIME).date())
    said = words("desk.due_extended" if duty.extended else "desk.due", day=due, at=words.clock(duty.due_at))
    if duty.group == "done":
        return (el("span", words(f"desk.standing.{duty.standing}")), el("span", said, class_="muted"))
    if duty.days < 0:
        late = words("desk.late", days=words.number(-duty.days, 0))
        return (el("strong", late, class_="text-red"), el("span", said, class_="muted"))
    left = words("desk.today") if duty.days == 0 else words("desk.left", days=words.number(duty.days, 0))
    tone = "text-amber" if duty.group == "soon" else ""
    return (el("strong", left, class_=tone), el("span", said, class_="muted"))


def _where(duty: Duty, words: Language) -> str:
    """Where its newest version stands, and what became of a request."""
    request = duty.request
    asked = ""
    if request is not None and request.state != "taken_back":
        until = words.day(request.wanted_until.astimezone(LOCAL_TIME).date())
        asked = words(f"desk.request.{request.state}", until=until, answer=request.answer or "—")
    if duty.newest is None:
        return asked
    version = words("desk.version", version=duty.newest.version)
    reason = duty.state.reason if duty.state else ""
    verdict = duty.state.verdict if duty.state else ""
    if duty.standing == "returned":
        key = "by_person" if duty.state and duty.state.code == "returned" else verdict or "rejected"
        told = words(f"desk.returned.{key}", reason=reason or "—")
        if duty.in_force:
            told = f"{told}; {words('desk.still_in_force', version=duty.in_force)}"
    elif duty.group == "done":
        told = words("verdict.partly_accepted") if verdict == "partly_accepted" else ""
        told = words("desk.standing.held") if duty.standing == "held" else told
    else:
        told = words(f"desk.standing.{duty.standing}")
    return " · ".join(part for part in (version, told, asked) if part)


def _buttons(duty: Duty, words: Language) -> Safe:
    item = {"dataset": duty.dataset, "period": str(duty.period), "unit": duty.reporter}
    fill = address(f"/desk/fill/{duty.dataset}/{duty.period}", unit=duty.reporter)
    open_ = duty.group in {"now", "soon", "coming"}
    asks = open_ and not (duty.request is not None and duty.request.state == "open")
    more = [
        el("a", words("desk.fill"), href=fill, class_="narrow-only"),
        el("a", words("desk.template"), href=address("/desk/template", **item), download=True),
        el("a", words("desk.nil"), href=address("/desk", do="nil", **item)) if open_ else None,
        el("a", words("desk.extend"), href=address("/desk", do="extend", **item)) if asks else None,
        el("a", words("desk.see"), href=submission_address(duty.newest.receipt)) if duty.newest else None,
    ]  # fmt: skip
    main = "main" if duty.group in {"now", "soon"} else ""
    if duty.standing == "unconfirmed" and duty.newest:
        first = el("a", words("desk.confirm"), href=submission_address(duty.newest.receipt), class_="button small main")
    else:
        label = "desk.send" if open_ and duty.standing != "returned" else "desk.send_again"
        first = el("a", words(label), href=address("/desk/send", **item), class_=f"button small {main}".strip())
    return el(
        "div",
        first,
        el("a", words("desk.fill"), href=fill, class_="button small wide-only") if open_ else None,
        el(
            "details",
            el(
                "summary",
                el("span", "⋯", aria_hidden="true"),
                el("span", words("desk.more", what=dataset_title(duty.dataset, words.code)), class_="sr"),
                class_="button small",
            ),
            el("div", more, class_="menu-card"),
            class_="menu deeds",
        ),
        class_="duty-buttons",
    )
