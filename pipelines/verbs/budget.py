"""`hub budget`: published budget workbooks, surveyed without storing anything or loaded like any other file."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assets.budget.survey import Surveyed, Workbook

__all__ = ["command"]

_FOLDER = click.Path(exists=True, path_type=Path)
_MARKS = {"error": "■", "warning": "▲", "info": "·"}


@click.group("budget")
def command() -> None:
    """Biểu công khai ngân sách / published budget disclosures."""


@command.command("survey")
@click.argument("folder", type=_FOLDER)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--all-findings", is_flag=True, help="Cả các sửa chữa về chữ / text repairs as well")
def survey_command(folder: Path, form: str, all_findings: bool) -> None:
    """Đọc và kiểm tra các tệp, không lưu / read and judge workbooks, store nothing."""
    from assets.budget.survey import survey
    from pipelines import usage

    books = survey(_files(folder), usage.the_contracts())
    if form == "json":
        click.echo(json.dumps([_as_json(book) for book in books], ensure_ascii=False, indent=1))
        return
    for book in books:
        _print_book(book, all_findings)
    _print_sum(books)


@command.command("load")
@click.argument("folder", type=_FOLDER)
def load_command(folder: Path) -> None:
    """Nộp từng biểu trong các tệp như mọi tệp khác / submit each form of the workbooks the way of any file."""
    from assets.budget.load import arrivals
    from assets.intake import ReadPool
    from assets.receive import receive
    from data.lake_lock import lake_lock
    from data.ledger import open_ledger
    from data.submission import FINAL
    from pipelines import usage
    from pipelines.queue_worker import work_off

    found, skipped = arrivals(_files(folder), usage.the_contracts())
    for one in skipped:
        click.echo(f"□ {one.file} · {one.sheet or '—'}: {one.why[0]} / {one.why[1]}", err=True)
    if not found:
        usage.wrong("Không có biểu nào để nộp", "no form to submit", usage.UNREADABLE)
    with open_ledger() as ledger, lake_lock(), ReadPool(workers=1) as pool:
        submissions = receive(ledger, found)
        fresh = [s for s in submissions if not any(e.kind in FINAL for e in ledger.events(s.submission_id))]
        published = work_off(ledger, list({s.submission_id: s for s in fresh}.values()), pool=pool) if fresh else []
    verdicts: dict[str, int] = {}
    for outcome in published:
        verdicts[outcome.verdict.verdict] = verdicts.get(outcome.verdict.verdict, 0) + 1
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(verdicts.items())) or "không có gì mới / nothing new"
    click.echo(f"{len(submissions)} lần nộp / submissions: {told}; bỏ qua / skipped {len(skipped)}")
    sys.exit(usage.REJECTED if verdicts.get("rejected") or verdicts.get("unreadable") else 0)


def _files(folder: Path) -> list[Path]:
    from assets.budget.survey import workbooks
    from pipelines import usage

    files = workbooks(folder) if folder.is_dir() else [folder]
    if not files:
        usage.wrong(f"Thư mục {folder} không có tệp bảng tính", "the folder holds no workbook", usage.UNREADABLE)
    return files


def _print_book(book: Workbook, all_findings: bool) -> None:
    click.echo(f"\n{book.name}  [{book.format or '—'}]")
    if book.refusal is not None:
        click.echo(f"  ■ không đọc được / refused: {book.refusal[0]} / {book.refusal[1]}")
    for table in book.tables:
        _print_table(table, all_findings)


def _print_table(table: Surveyed, all_findings: bool) -> None:
    from data.vietnamese_format import format_number

    found, sheet = table.found, table.found.table.sheet.strip()
    name = f"biểu {found.form.number} {found.form.name} {found.year or ''}".strip() if found.form else "—"
    if table.refusal is not None:
        click.echo(f"  □ {sheet}: {name} · không nhận / refused: {table.refusal[0]} / {table.refusal[1]}")
    if table.dataset is None:
        return
    repairs = [f for f in table.findings if f.rule.startswith("repair.")]
    told = [f for f in table.findings if all_findings or not f.rule.startswith("repair.")]
    unit = table.unit or "không rõ đơn vị"
    click.echo(
        f"  ● {sheet}: {name} → {table.dataset} · {table.verdict} · {table.rows} dòng · {unit}"
        f" · {len(table.findings) - len(repairs)} phát hiện · {len(repairs)} sửa chữ"
    )
    if table.twin is not None:
        click.echo(f"      = {table.twin[0]}")
    if table.unmapped:
        click.echo(f"      cột chưa dùng / columns not used: {'; '.join(table.unmapped)}")
    for total in table.totals:
        if total.series is not None:
            click.echo(
                f"      {total.cell or '':>6} {total.series:<24} {total.column:<20} {format_number(total.value):>18}"
                f"  {total.name[:60]}"
            )
    for finding in told:
        click.echo(f"      {_MARKS[finding.severity]} {finding.cell or '—'}: {finding.message_vi}  [{finding.rule}]")


def _print_sum(books: list[Workbook]) -> None:
    tables = [t for book in books for t in book.tables]
    taken = [t for t in tables if t.dataset is not None and t.refusal is None]
    found = sum(1 for t in taken for f in t.findings if not f.rule.startswith("repair."))
    refused = sum(1 for book in books if book.refusal is not None)
    click.echo(
        f"\n{len(books)} tệp ({refused} không đọc được), {len(tables)} bảng: {len(taken)} nhận, "
        f"{len(tables) - len(taken)} không nhận; {sum(t.rows for t in taken)} dòng, {found} phát hiện"
    )


def _as_json(book: Workbook) -> dict[str, Any]:
    return {
        "file": book.name,
        "format": book.format,
        "refused": list(book.refusal) if book.refusal else None,
        "tables": [
            {
                "sheet": t.found.table.sheet,
                "form": t.found.form.id if t.found.form else None,
                "year": t.found.year,
                "dataset": t.dataset,
                "verdict": t.verdict,
                "unit": t.unit,
                "rows": t.rows,
                "quarantined": t.quarantined,
                "columns_not_used": list(t.unmapped),
                "totals": [
                    {"name": x.name, "series": x.series, "column": x.column, "cell": x.cell, "million_dong": x.value}
                    for x in t.totals
                ],
                "findings": [asdict(f) for f in t.findings],
                "refused": list(t.refusal) if t.refusal else None,
                "twin": list(t.twin) if t.twin else None,
            }
            for t in book.tables
        ],
    }
