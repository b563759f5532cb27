"""`hub read FILE`: prints the tables that a file holds, contract or not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.watched import file_reading, watch_over_child

if TYPE_CHECKING:
    from assets.read.said import Said
    from data.table import Reading, Table

__all__ = ["as_json", "command"]

_SHOWN_ROWS = 10


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="table", show_default=True)
@click.option("--explain", is_flag=True, help="Say why rows are the header and why others are left out.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of --explain.")
def command(file: Path, form: str, explain: bool, lang: str) -> None:
    """Print the tables found in FILE, each value with its place.

    Exit code 0; 2 with one line on stderr where the file cannot be read.
    """
    if sys.stdout is sys.__stdout__:
        watch_over_child(file)
    from assets.read import read_file
    from data.table import UnreadableError

    explained = None
    try:
        with file_reading():
            if explain and form == "table":
                from assets.read.explain import explain_file

                explained = explain_file(file)
            reading = explained.reading if explained else read_file(file)
    except UnreadableError as error:
        click.echo(" ".join(str(error).split()), err=True)
        sys.exit(2)
    if form == "json":
        text = json.dumps(as_json(reading), ensure_ascii=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        return
    if explained:
        _say(explained.file, lang, "")
    for place, table in enumerate(reading.tables):
        _show(table)
        if explained:
            _say(explained.tables[place], lang, "   ")


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
    from data.table import cell_address

    rows, errors = _without_errors(table)
    return {
        "name": table.sheet,
        "header": list(table.header),
        "header_rows": list(table.header_rows),
        "rows": rows,
        "first_data_row": int(table.rows[0]) if len(table.rows) else None,
        "repairs": [
            {"cell": repair.cell, "before": repair.before, "after": repair.after, "kind": repair.kind}
            for repair in table.repairs
        ],
        "ignored": [{"rows": [span.first, span.last], "why": span.why} for span in table.ignored],
        "errors": errors,
        "uncalculated": [cell_address(row, column) for row, column in table.uncalculated],
        "hidden": {"sheet": table.hidden, "rows": list(table.hidden_rows), "columns": list(table.hidden_columns)},
        "filtered": table.filtered,
    }


def _without_errors(table: Table) -> tuple[list[list[str | None]], list[dict[str, str]]]:
    """The rows with null where a cell holds an error, for an error is no value; and those cells with their texts."""
    from data.table import cell_address

    rows: list[list[str | None]] = [list(row) for row in table.frame.rows()]
    if not table.errors:
        return rows, []
    row_of = {number: place for place, number in enumerate(table.rows)}
    column_of = {number: place for place, number in enumerate(table.columns)}
    errors = []
    for row, column in table.errors:
        if row in row_of and column in column_of:
            text, rows[row_of[row]][column_of[column]] = rows[row_of[row]][column_of[column]], None
            errors.append({"cell": cell_address(row, column), "text": text or ""})
    return rows, errors


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


def _say(sentences: Iterable[Said], lang: str, indent: str) -> None:
    for said in sentences:
        click.echo(f"{indent}{said.vi if lang == 'vi' else said.en}")
        _say(said.more, lang, indent + "   – ")


if __name__ == "__main__":
    command()
