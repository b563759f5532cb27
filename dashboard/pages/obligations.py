"""What a unit owes: due, late and returned reports, and what can be done about each."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.panel import panel
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from data.contract import load_contracts
from data.ledger import open_ledger
from data.obligation import obligations
from data.settings import settings

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The present obligations of the reader's unit."""

    def listed() -> Safe:
        with open_ledger() as ledger:
            moved = ledger.extensions()
        contracts = load_contracts(settings().contracts)
        owed = obligations(contracts.values(), settings().province, ask.now.date(), moved)
        mine = [o for o in owed if ask.person.acts_for(contracts[o.dataset], o.reporter)]
        return panel(ask.words("nav.desk"), el("ul", [el("li", f"{o.dataset} {o.period}") for o in mine[-50:]]))

    return desk(ask, "desk", ask.words("nav.desk"), {"obligations": listed})
