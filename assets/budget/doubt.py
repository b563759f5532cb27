"""What a reader should know of a published form that was taken all the same: how it was known, whose year it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assets.budget.recognise import Recognised
from assets.mapping import names_other_year
from checks.staged import Fault
from data.contract import Contract

__all__ = ["form_faults"]


def form_faults(found: Recognised, positions: Mapping[str, int], contract: Contract) -> Iterator[Fault]:
    """Faults of rule structure.form; `positions`: contract column → position among the table's columns."""
    if found.form is None:
        return
    if found.doubt is not None:
        title = next((t.strip() for t in found.table.titles if len(t.split()) > 5), None)
        yield Fault("structure.form", title, found.form.name, *found.doubt)
    for name, position in positions.items():
        header = " ".join(found.table.header[position].split())
        if contract.column(name).measure and names_other_year(header, found.year):
            vi = f"cột “{header}” ghi năm khác năm {found.year} của biểu"
            en = f"column “{header}” names another year than the form's {found.year}"
            yield Fault("structure.form", header, str(found.year), vi, en)
