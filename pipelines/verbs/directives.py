"""`hub directives`: read an administrative document into its tasks, citations and indicators."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

__all__ = ["command"]


@click.command("directives")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(file: Path, form: str) -> None:
    """Đọc một thông báo, nghị quyết thành nhiệm vụ / read a notice into its tasks. Exit codes: 0, 2 unreadable."""
    from assets.directives.read import read_directive
    from assets.directives.source_text import DirectiveError
    from assets.directives.to_json import to_json
    from pipelines import usage

    usage.the_file(file)
    shown = sys.stderr.isatty()

    def progress(done: int, of: int) -> None:
        if shown and (done % 10 == 0 or done == of):
            click.echo(f"\r{file.name}: trang {done}/{of}", err=True, nl=done == of)

    try:
        found = read_directive(file, progress=progress)
    except DirectiveError as error:
        usage.wrong(error.vi, error.en, usage.UNREADABLE)
    if form == "json":
        click.echo(json.dumps(to_json(found), ensure_ascii=False))
        return
    head = found.head
    said = [word.value for word in (head.type, head.number, head.date, head.signatory) if word is not None]
    click.echo(" · ".join(said) or file.name)
    for task in found.tasks:
        leads = ", ".join(agency.name for agency in task.leads)
        until = task.deadline.text if task.deadline else "—"
        click.echo(f"{task.clause:<14} {leads}\n{'':14} {task.text[:160]}\n{'':14} → {until}")
    for citation in found.citations:
        click.echo(f"  {citation.type} {citation.number} {citation.date or ''} {citation.issuer}".rstrip())
    for contradiction in found.contradictions:
        click.echo(f"▲ {contradiction.vi}")
    if not (found.tasks or found.citations or head.number):
        click.echo(
            "không thấy số, ký hiệu, nhiệm vụ hay văn bản viện dẫn nào; có lẽ đây không phải văn bản hành chính"
            " / no number, task or citation was found; this may not be an administrative document",
            err=True,
        )
