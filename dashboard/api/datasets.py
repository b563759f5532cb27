"""Routes of datasets: which ones the caller sends, their columns, and the workbook to fill in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from dashboard.api.asked import concerns, contracts, the_contract, the_period, the_reporter, units_of, wrong_value
from dashboard.api.handed_out import handed_out
from dashboard.api.models import ColumnShape, Dataset, Datasets, DatasetShort, UnitShape
from dashboard.api.parameters import DatasetPath, PeriodToken, Unit
from dashboard.api.problem import Problem, problem
from dashboard.api.route import ApiRoute
from dashboard.sign_in.identity import person_of
from dashboard.sign_in.permission import requires
from data.clock import now
from data.contract import Column, Contract
from data.obligation import deadline_rule, full_code
from data.period import Period
from data.person import Person
from data.settings import settings
from data.units import load_units

__all__ = ["router"]

router = APIRouter(prefix="/datasets", tags=["datasets"], route_class=ApiRoute)
_READS = [requires("read.own", "read.all")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}


def _sends_for(person: Person, contract: Contract) -> list[str]:
    return [code for code in units_of(contract) if person.may_send(contract, code)]


def _short(person: Person, contract: Contract) -> dict[str, Any]:
    return {
        "dataset": contract.id,
        "version": contract.version,
        "title": contract.title,
        "title_en": contract.title_en,
        "sector": contract.sector,
        "owner": full_code(contract.owner, settings().province),
        "frequency": deadline_rule(contract).frequency,
        "due": contract.cadence.due,
        "approval": contract.approval,
        "may_send": bool(_sends_for(person, contract)),
        "link": f"/api/v1/datasets/{contract.id}",
    }


def _column(column: Column) -> ColumnShape:
    return ColumnShape(
        name=column.name,
        title=column.title,
        type=column.type,
        required=column.required,
        key=column.key,
        unique=column.unique,
        personal=column.personal,
        unit=column.unit,
        description=column.description,
        reference=column.reference,
        minimum=column.minimum,
        maximum=column.maximum,
        pattern=column.pattern,
        min_length=column.min_length,
        max_length=column.max_length,
        codes={e.value: e.label for e in column.enum},
    )


@router.get("", response_model=Datasets, dependencies=_READS)
def list_datasets(request: Request) -> Datasets:
    """The datasets that the caller sends or reads."""
    person = person_of(request)
    found = [DatasetShort(**_short(person, c)) for c in contracts().values() if concerns(person, c)]
    return Datasets(items=found, total=len(found))


@router.get("/{dataset}", response_model=Dataset, responses=_NOT_FOUND, dependencies=_READS)
def get_dataset(request: Request, dataset: DatasetPath) -> Dataset:
    """One dataset: its columns, and the units that the caller may send it for."""
    person = person_of(request)
    contract = the_contract(person, dataset)
    rule, today, registry = deadline_rule(contract), now().date(), load_units(settings().province)
    return Dataset(
        **_short(person, contract),
        purpose=contract.purpose,
        valid_from=contract.valid_from,
        today=today,
        current_period=str(Period.containing(rule.frequency, today, rule.cutoff)),
        units=[UnitShape(code=code, name=registry[code].name) for code in _sends_for(person, contract)],
        columns=[_column(c) for c in contract.columns if c.derived is None],
    )


@router.get(
    "/{dataset}/template",
    response_class=FileResponse,
    responses={200: {"content": {_XLSX: {}}}, 403: {"model": Problem}, **_NOT_FOUND},
    dependencies=_READS,
)
def get_template(request: Request, dataset: DatasetPath, period: PeriodToken = None, unit: Unit = None) -> Response:
    """The workbook made for that unit and period; the present period where none is named."""
    from assets.template import write_template

    person = person_of(request)
    contract = the_contract(person, dataset)
    rule = deadline_rule(contract)
    chosen = the_period(period) if period else Period.containing(rule.frequency, now().date(), rule.cutoff)
    if chosen.kind != rule.frequency:
        raise wrong_value("period", "period_kind", period=chosen, kind=rule.frequency)
    reporter = the_reporter(person, unit or "")
    if reporter not in units_of(contract):
        raise wrong_value("unit", "not_owed", unit=reporter, dataset=contract.id)
    if not person.may_read(contract, reporter):
        raise problem(403, "not_yours", unit=reporter, dataset=contract.id)
    name = f"{contract.id}_{reporter}_{chosen}.xlsx"
    return handed_out(lambda target: write_template(contract, reporter, chosen, target), name, _XLSX)
