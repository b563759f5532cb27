"""A folder of budget workbooks as submissions: one for each published form and year that a workbook holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assets.budget.recognise import recognise
from assets.budget.survey import contracts_by_form
from assets.receive import Incoming
from data.contract import ContractRegistry
from data.obligation import full_code
from data.settings import settings
from data.table import Table, UnreadableError

__all__ = ["Skipped", "arrivals"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one of its tables, that makes no submission, and why."""

    file: str
    sheet: str | None
    why: tuple[str, str]


def arrivals(paths: Iterable[Path], registry: ContractRegistry) -> tuple[list[Incoming], list[Skipped]]:
    """What each workbook brings: the same bytes once for each dataset and year, the owner as reporter.

    A workbook with the forms 10, 11 and 12 is three submissions of three datasets. Tables that are no published form,
    have no contract or are leftovers are skipped with their reason; of two files with the same form and year the one
    with more figures counts (of equals the one with fewer broken lines, then the first), whatever their order.
    """
    from assets.read import read_file

    by_form = contracts_by_form(registry)
    found: dict[tuple[str, str], tuple[tuple[int, int], Incoming, str]] = {}
    skipped: list[Skipped] = []
    for path in paths:
        try:
            reading = read_file(path)
        except UnreadableError as error:
            skipped.append(Skipped(path.name, None, (error.vi, error.en)))
            continue
        for one in recognise(reading):
            contract = by_form.get(one.form.id) if one.form is not None else None
            if one.refusal is not None or one.period is None:
                skipped.append(Skipped(path.name, one.table.sheet, one.refusal or ("không rõ năm", "no year")))
            elif contract is None:
                number = one.form.number if one.form is not None else 0
                why = f"biểu {number} chưa có hợp đồng dữ liệu", f"form {number} has no data contract yet"
                skipped.append(Skipped(path.name, one.table.sheet, why))
            else:
                reporter = full_code(contract.owner, settings().province)
                fullness = _figures(one.table), -one.table.frame.height
                offered = fullness, Incoming(contract, reporter, one.period, path, channel="folder"), one.table.sheet
                item = (contract.id, str(one.period))
                kept = found.get(item)
                if kept is not None and kept[0] >= fullness:
                    offered, kept = kept, offered
                found[item] = offered
                if kept is not None:
                    skipped.append(_doubled(kept, offered))
    return [incoming for _, incoming, _ in found.values()], skipped


def _figures(table: Table) -> int:
    return sum(int(column.str.contains(r"^-?[\d.,\s\xa0]+$").sum()) for column in table.frame.iter_columns())


def _doubled(out: tuple[object, Incoming, str], kept: tuple[object, Incoming, str]) -> Skipped:
    name, other = (one[1].path.name if one[1].path else "" for one in (out, kept))
    why = f"{other} có cùng biểu và năm, đầy đủ hơn", f"{other} holds the same form and year more fully"
    return Skipped(name, out[2], why)
