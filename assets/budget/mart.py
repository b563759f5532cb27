"""The mart of outlined datasets: one row a line, year and figure, with the cell that it came from."""

from __future__ import annotations

from data.contract import Contract
from data.warehouse import literal, quoted

__all__ = ["line_queries"]


def line_queries(contract: Contract, source: str) -> list[str]:
    """One query a figure column that says whether it shows a plan or a settlement; none for other datasets.

    source: the table of the dataset's rows in force.

    Rows: dataset, form, year, kind plan | settlement, measure, line_code (the line followed over the years, where it is
    one), line_path, line_no, line_name, level from 0, parent_path, value_million (triệu đồng), submission_id, sheet,
    row, column.
    """
    columns = {c.derived: quoted(c.name) for c in contract.columns if c.derived}
    if not {"path", "depth", "series", "form"} <= columns.keys():
        return []
    path = columns["path"]
    return [
        f"SELECT {literal(contract.id)} AS dataset, {columns['form']} AS form, CAST(year(_period_start) AS INTEGER) "
        f"AS year, {literal(measure.facet)} AS kind, {literal(measure.name)} AS measure, {columns['series']} AS "
        f"line_code, {path} AS line_path, line_no, line_name, CAST({columns['depth']} AS INTEGER) AS level, "
        f"nullif(regexp_replace({path}, '[.]?[^.]*$', ''), '') AS parent_path, "
        f"CAST({quoted(measure.name)} AS DOUBLE) AS value_million, _submission_id AS submission_id, "
        f'_sheet AS sheet, _row AS "row", {literal(measure.name)} AS "column" '
        f"FROM {source} WHERE {quoted(measure.name)} IS NOT NULL"
        for measure in contract.measures
        if measure.facet is not None
    ]
