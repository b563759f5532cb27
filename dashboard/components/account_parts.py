"""Parts of the account pages: what was just done, a form of one button, choices of roles and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language
from dashboard.views.units import Unit, units
from data.person import roles

__all__ = ["act", "chosen_role", "chosen_unit", "facts", "notice", "two_lines", "unit_text"]

_LEVELS = ("province", "commune", "facility")


def notice(words: Language, key: str) -> Mapping[str, Callable[[], Safe]]:
    """A panel that says what was just done; none for a key that no catalogue has (it comes from the address)."""
    if not words.has(key):
        return {}
    return {"said": lambda: el("p", words(key), class_="notice", role="status")}


def two_lines(first: Node, second: Node) -> Safe:
    """A cell of a table: what it is, and beneath it what else is known."""
    return el("div", el("div", first), el("div", second, class_="muted small") if second else None, class_="told")


def act(action: str, text: str, *, link: bool = False, main: bool = False, **values: object) -> Safe:
    """One button that posts these values."""
    return el(
        "form",
        [el("input", type="hidden", name=name, value=value) for name, value in values.items()],
        el("button", text, type="submit", class_="link" if link else "button main" if main else "button"),
        method="post",
        action=action,
    )


def facts(rows: Iterable[tuple[Node, Node]]) -> Safe:
    """Names and what they are."""
    return el("dl", [(el("dt", name), el("dd", value)) for name, value in rows], class_="account-facts")


def chosen_role(words: Language, chosen: str = "", *, any_text: str | None = None) -> Safe:
    """The choice of a role."""
    options = [_option(role.code, words.pick(role.vi, role.en), chosen) for role in roles().values()]
    return _choice(words("account.role"), "role", options, any_text)


def chosen_unit(words: Language, chosen: str = "") -> Safe:
    """The choice of a unit, grouped by level."""
    known = units().values()
    groups = [
        el(
            "optgroup",
            [_option(u.code, u.name, chosen) for u in known if u.level == level],
            label=words(f"accounts.units.{level}"),
        )
        for level in _LEVELS
    ]
    return _choice(words("account.unit"), "unit", groups, words("accounts.no_unit"))


def _choice(label: str, name: str, options: Node, any_text: str | None) -> Safe:
    first = el("option", any_text, value="") if any_text is not None else None
    return el("label", el("span", label), el("select", first, options, name=name))


def _option(value: str, text: str, chosen: str) -> Safe:
    return el("option", text, value=value, selected=value == chosen)


def unit_text(unit: str) -> str:
    """A unit's name; its code where it is not in the registry."""
    found: Unit | None = units().get(unit)
    return found.name if found else unit
