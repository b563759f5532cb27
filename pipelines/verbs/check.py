"""`hub check`: judge a file against a contract without storing it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from checks.finding import Verdict
from pipelines.watched import file_reading, watch_over_child

__all__ = ["command"]


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dataset", help="Bộ dữ liệu / dataset")
@click.option("--unit", help="Đơn vị gửi / reporting unit")
@click.option("--period", "period_token", help="Kỳ báo cáo / period, e.g. 2026-10")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), help="Ghi tệp có đánh dấu / annotated xlsx"
)
@click.option("--schema", is_flag=True, help="In lược đồ JSON của kết quả / print the verdict's JSON Schema")
def command(
    file: Path | None,
    dataset: str | None,
    unit: str | None,
    period_token: str | None,
    form: str,
    annotate: Path | None,
    schema: bool,
) -> None:
    """Kiểm tra một tệp, không lưu / judge a file without storing it.

    Exit codes: 0 accepted or partly accepted, 1 rejected, 2 unreadable, 64 wrong usage.
    """
    if file is not None and sys.stdout is sys.__stdout__:
        watch_over_child(file)
    from pipelines import usage

    if schema:
        from checks.finding import verdict_schema

        click.echo(json.dumps(verdict_schema(), ensure_ascii=False, indent=2))
        return
    if not (file and dataset and unit and period_token):
        usage.wrong("Cần FILE, --dataset, --unit và --period", "FILE, --dataset, --unit and --period are needed")
    if file is not None:
        usage.the_file(file)
    contract = usage.the_contract(dataset)
    reporter, period = usage.the_unit(unit), usage.the_period(period_token, contract)

    # DuckDB looks for pandas whenever it is given a frame or a parameter; nothing here needs what takes 0.4 s to load.
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
    from assets.check_file import check_file

    staged, verdict = check_file(file, contract, usage.the_contracts(), reporter, period, reading=file_reading())
    if annotate is not None and staged is not None:
        from assets.annotate import annotate_workbook

        annotate_workbook(file, staged, verdict, annotate)
    if form == "json":
        click.echo(json.dumps(verdict.to_json(), ensure_ascii=False))
    else:
        _print(verdict)
    sys.exit({"unreadable": usage.UNREADABLE, "rejected": usage.REJECTED}.get(verdict.verdict, 0))


_HEADLINES = {
    "accepted": "● Đã nhận {accepted} dòng / accepted",
    "partly_accepted": "▲ Nhận {accepted} trên {rows} dòng, {quarantined} dòng chờ sửa / partly accepted",
    "rejected": "■ Trả lại: {reason} / rejected",
    "unreadable": "■ Không đọc được: {reason} / unreadable",
}
_MARKS = {"error": "■", "warning": "▲", "info": "·"}


def _print(verdict: Verdict) -> None:
    from checks.finding import PRINCIPLES
    from data.vietnamese_format import format_number

    counts = verdict.counts
    click.echo(
        _HEADLINES[verdict.verdict].format(
            accepted=counts.accepted, rows=counts.rows, quarantined=counts.quarantined, reason=verdict.reason_vi
        )
    )
    names = dict(zip(PRINCIPLES, ("đúng", "đủ", "sạch", "sống", "thống nhất", "dùng chung"), strict=True))
    if verdict.scores:
        click.echo(" · ".join(f"{names[p]} {format_number(s, 1)}" for p, s in verdict.scores.items()))
    for finding in verdict.findings:
        where = f"{finding.sheet}!{finding.cell}" if finding.cell else "—"
        hint = f" → {finding.suggestion.label}" if finding.suggestion else ""
        click.echo(f"{_MARKS[finding.severity]} {where:<16} {finding.message_vi}{hint}  [{finding.rule}]")
