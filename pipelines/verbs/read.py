"""`hub read FILE`: prints the tables that a file holds, contract or not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.watched import silent_parsers, watch_over_child

if TYPE_CHECKING:
    from data.table import Reading, Table

__all__ = ["as_json", "command"]

_SHOWN_ROWS = 10
_WHY = {
    "title": "lines over the header: the report's title, period or unit",
    "column numbers": "a row that only numbers the columns (A, B, 1, 2, 3=1+2)",
    "notes": "words in few cells under the data: footnotes, place and date, signers",
    "repeated header": "the header again, as a printed page repeats it",
    "repeated column numbers": "the column numbers again, under a repeated header",
}


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="table", show_default=True)
@click.option("--explain", is_flag=True, help="Say why rows are the header and why others are left out.")
def command(file: Path, form: str, explain: bool) -> None:
    """Print the tables found in FILE, each value with its place.

    Exit code 0; 2 with one line on stderr where the file cannot be read.
    """
    if sys.stdout is sys.__stdout__:
        watch_over_child(file.name)
    from assets.read import read_file
    from data.table import UnreadableError

    try:
        with silent_parsers():
            reading = read_file(file)
    except UnreadableError as error:
        click.echo(" ".join(str(error).split()), err=True)
        sys.exit(2)
    if form == "json":
        text = json.dumps(as_json(reading), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        return
    for table in reading.tables:
        _show(table)
        if explain:
            _explain(table)


def as_json(reading: Reading) -> dict[str, Any]:
    """The published shape of a reading: one entry a table, sheet rows numbered from 1, null for an empty cell."""
    return {
        "file": reading.file,
        "format": reading.format,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "sheets": [_entry(table) for table in reading.tables],
    }


def _entry(table: Table) -> dict[str, Any]:
    return {
        "name": table.sheet,
        "header": list(table.header),
        "header_rows": list(table.header_rows),
        "rows": [list(row) for row in table.frame.rows()],
        "first_data_row": int(table.rows[0]) if len(table.rows) else None,
        "repairs": [
            {"cell": repair.cell, "before": repair.before, "after": repair.after, "kind": repair.kind}
            for repair in table.repairs
        ],
        "ignored": [{"rows": [span.first, span.last], "why": span.why} for span in table.ignored],
    }


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _show(table: Table) -> None:
    """A short view for people: title, columns, the first rows."""
    hidden = ", hidden" if table.hidden else ""
    click.echo(f"== {table.sheet or '-'}: {table.frame.height} x {len(table.columns)}{hidden}")
    for title in table.titles:
        click.echo(f"   {_one_line(title)}")
    if table.header:
        click.echo(" | ".join(_one_line(name) for name in table.header))
    for number, row in zip(table.rows[:_SHOWN_ROWS], table.frame.head(_SHOWN_ROWS).rows(), strict=True):
        click.echo(f"{number:>6}  " + " | ".join(_one_line(value) for value in row))
    if table.frame.height > _SHOWN_ROWS:
        click.echo(f"     …  {table.frame.height - _SHOWN_ROWS} more")


def _explain(table: Table) -> None:
    """Why these rows are the header and the others left out, in words."""
    from data.table import column_letters

    named = len([name for name in table.header if name.strip()])
    if table.header_rows:
        span = _rows(table.header_rows[0], table.header_rows[-1])
        click.echo(f"   header {span}: words that name {named} of {len(table.columns)} columns above their values")
    elif table.header:
        click.echo("   header: the format itself names its columns")
    else:
        click.echo("   header: none, since no row names the columns in words above other values")
    for left_out in table.ignored:
        click.echo(f"   left out {_rows(left_out.first, left_out.last)}: {_WHY.get(left_out.why, left_out.why)}")
    if table.columns:
        click.echo(f"   columns {column_letters(table.columns[0])} to {column_letters(table.columns[-1])}")
    if table.measure_unit:
        click.echo(f"   unit of measure: {table.measure_unit}")
    totals = [f"{n} ({role})" for n, role in zip(table.rows, table.row_roles, strict=True) if role != "detail"]
    if totals:
        click.echo(f"   rows that are no plain records: {', '.join(totals[:20])}")
    if table.repairs:
        kinds = sorted({repair.kind for repair in table.repairs})
        click.echo(f"   {len(table.repairs)} values can be brought into good form: {', '.join(kinds)}")


def _rows(first: int, last: int) -> str:
    return f"row {first}" if first == last else f"rows {first}-{last}"


if __name__ == "__main__":
    command()
