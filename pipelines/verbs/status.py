"""`hub status`: who has reported what, who is late and by how long."""

from __future__ import annotations

import json

import click

__all__ = ["command"]

_MARKS = {"on_time": "●", "late": "▲", "rejected": "■", "missing": "■", "pending": "·"}

_WAITS = {"approval": "chờ duyệt", "confirmation": "chờ xác nhận", "reopening": "chờ mở lại kỳ"}


@click.command("status")
@click.option("--as-of", "as_of", help="Tính đến ngày / as of")
@click.option("--unit", help="Đơn vị / unit")
@click.option("--dataset", help="Bộ dữ liệu / dataset")
@click.option("--period", help="Kỳ báo cáo / period")
@click.option("--late", is_flag=True, help="Chỉ mục trễ hoặc chưa nộp / only what is late or missing")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    as_of: str | None, unit: str | None, dataset: str | None, period: str | None, late: bool, form: str
) -> None:
    """Tình trạng báo cáo / reporting status."""
    from checks.score import define_scores
    from data.settings import settings
    from data.units import load_units
    from data.vietnamese_format import format_moment
    from data.warehouse import open_warehouse
    from pipelines import usage

    moment = usage.the_moment(as_of)
    contracts = usage.the_contracts()
    if dataset is not None:
        usage.the_contract(dataset)
    code = usage.the_unit(unit) if unit is not None else None
    usage.needs_lake()
    with open_warehouse(read_only=True) as con:
        define_scores(con)
        rows = con.execute(
            "SELECT dataset, reporter, period, due_at, status, received_at, days_late, verdict, waits_for "
            "FROM reporting_status($as_of) WHERE period_start <= $as_of "
            "AND ($unit IS NULL OR reporter = $unit) AND ($dataset IS NULL OR dataset = $dataset) "
            "AND ($period IS NULL OR period = $period) "
            "AND (NOT $late OR status IN ('late', 'missing', 'rejected')) "
            "ORDER BY days_late DESC, dataset, reporter, period",
            {"as_of": moment, "unit": code, "dataset": dataset, "period": period, "late": late},
        ).fetchall()
    if form == "json":
        names = (
            "dataset", "unit", "period", "due_at", "status", "received_at", "days_late", "verdict", "waits_for",
        )  # fmt: skip
        items = [dict(zip(names, row, strict=True)) for row in rows]
        click.echo(json.dumps({"as_of": moment.isoformat(), "items": items}, ensure_ascii=False, default=str))
        return
    units = load_units(settings().province)
    for name, reporter, token, due, status, received, days, verdict, waits_for in rows:
        who = units[reporter].name if reporter in units else reporter
        title = contracts[name].title if name in contracts else name
        tail = f"trễ {days} ngày" if days else ""
        click.echo(
            f"{_MARKS[status]} {token:<11} {who:<44.44} {title:<38.38} hạn {format_moment(due):<17} "
            f"{format_moment(received):<17} {tail} {verdict or ''} {_WAITS.get(waits_for, '')}".rstrip()
        )
