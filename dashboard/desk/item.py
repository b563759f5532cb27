"""Which report is meant, from the three words that forms and addresses carry."""

from __future__ import annotations

from dataclasses import dataclass

from assets.sending import SendError
from dashboard.views.datasets import contract
from data.contract import Contract
from data.obligation import reporters
from data.period import Period
from data.settings import settings
from data.units import load_units

__all__ = ["Item", "item_of"]


@dataclass(frozen=True, slots=True)
class Item:
    """A dataset's contract, the unit whose report it is, and the period."""

    contract: Contract
    reporter: str
    period: Period


def item_of(dataset: str, period: str, unit: str) -> Item:
    """The report of those words. Raises SendError where one is missing or means nothing, or the unit owes no such."""
    found = contract(dataset)
    if found is None:
        raise SendError("no_dataset", "Chưa chọn bộ dữ liệu", "no dataset was chosen")
    if not unit:
        raise SendError("no_unit", "Chưa chọn đơn vị", "no unit was chosen")
    if unit not in reporters(found, load_units(settings().province), settings().province):
        said = f"Đơn vị {unit} không thuộc diện báo cáo “{found.title}”"
        raise SendError("not_owed", said, f"{unit} does not report {found.id}")
    try:
        return Item(found, unit, Period.parse(period))
    except ValueError:
        raise SendError("no_period", "Chưa chọn kỳ báo cáo", "no period was chosen") from None
