"""`hub read FILE`: prints the tables that a file holds, contract or not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from data.table import Reading, Table

__all__ = ["command"]


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="table", show_default=True)
def command(file: Path, form: str) -> None:
    """Print the tables found in FILE, each value with its place.

    Exit code 0; 2 with one line on stderr where the file cannot be read.
    """
    from assets.read import read_file
    from data.table import UnreadableError

    try:
        reading = read_file(file)
    except UnreadableError as error:
        click.echo(str(error).replace("\n", " "), err=True)
        sys.exit(2)
    if form == "json":
        sys.stdout.buffer.write(json.dumps(as_json(reading), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    else:
        for table in reading.tables:
            _show(table)


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


def _show(table: Table) -> None:
    """A short view for people: title, columns, the first rows."""
    click.echo(f"== {table.sheet or '-'}: {table.frame.height} x {len(table.columns)}")
    for title in table.titles:
        click.echo(f"   {' '.join(title.split())}")
    if table.header:
        click.echo(" | ".join(" ".join(name.split()) for name in table.header))
    for number, row in zip(table.rows[:10], table.frame.head(10).rows(), strict=False):
        click.echo(f"{number:>6}  " + " | ".join("" if value is None else " ".join(value.split()) for value in row))
    if table.frame.height > 10:
        click.echo(f"   … {table.frame.height - 10}")


if __name__ == "__main__":
    command()
