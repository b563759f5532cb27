"""`hub contracts lint`: faults of contracts that the public ODCS tool cannot see, each with file, line and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from checks.contract_source import ContractSource, Step, dotted
from checks.lint_bench import SqlBench
from checks.lint_columns import lint_columns
from checks.lint_finding import Known, LintFinding, Notes, load_known
from checks.lint_rules import lint_indicators, lint_rules
from data.contract import Contract, ContractError, parse_contract
from data.deadline import DeadlineRule
from data.period import Period
from data.settings import settings

__all__ = ["LintFinding", "lint_contracts"]

_ENDING = ".odcs.yaml"


def lint_contracts(folder: Path) -> list[LintFinding]:
    """Every fault of every `*.odcs.yaml` in a folder, by file and line.

    A file that is no contract at all gives one finding and is not looked at further. References are resolved in the
    hub's own reference folder, datasets among the contracts of the same folder.
    """
    found: list[LintFinding] = []
    read: list[tuple[ContractSource, Contract]] = []
    for file in sorted(folder.glob(f"*{_ENDING}")):
        loaded = _load(file)
        if isinstance(loaded, LintFinding):
            found.append(loaded)
        else:
            read.append(loaded)
    contracts = {contract.id: contract for _, contract in read}
    known = load_known(contracts)
    with SqlBench(contracts, settings().province) as bench:
        for source, contract in read:
            notes = Notes(source)
            _identity(contract, notes)
            _reporting(contract, known, notes)
            _cadence(contract, notes)
            _named_columns(contract, known, notes)
            lint_columns(contract, known, notes)
            lint_rules(contract, known, bench, notes)
            lint_indicators(contract, known, bench, notes)
            found += notes.found
    return sorted(found)


def _load(file: Path) -> tuple[ContractSource, Contract] | LintFinding:
    """A contract, or the one reason why the file is none."""
    try:
        source = ContractSource.read(file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark else 1
        return LintFinding(file, line, "", f"YAML không đọc được: {said}", f"cannot read the YAML: {said}")
    except (ValueError, OSError) as error:
        vi, _, en = str(error).partition(" / ")
        return LintFinding(file, 1, "", vi, en or vi)
    fault = _odcs_fault(source)
    if fault is not None:
        path, said = fault
        return LintFinding(
            file, source.line(path), dotted(path), f"không đúng chuẩn ODCS: {said}", f"not valid ODCS: {said}"
        )
    try:
        return source, parse_contract(file.read_text(encoding="utf-8"), file)
    except ContractError as error:
        vi, _, en = str(error).partition(" / ")
        return LintFinding(file, 1, "", vi, en or vi)


def _odcs_fault(source: ContractSource) -> tuple[tuple[Step, ...], str] | None:
    """Where and why the standard's own model refuses the document; None where it takes it."""
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    try:
        OpenDataContractStandard.model_validate(source.document)
    except ValidationError as error:
        first = error.errors()[0]
        # Steps that name a member of a union ("Team") are no part of the document.
        path: tuple[Step, ...] = ()
        for step in first["loc"]:
            if source.at((*path, step)) is not None:
                path = (*path, step)
        return path, str(first["msg"])
    return None


def _identity(contract: Contract, notes: Notes) -> None:
    stem = notes.source.file.name.removesuffix(_ENDING)
    if contract.id != stem:
        notes.add(
            ("id",), f"id {contract.id!r} khác tên tệp {stem!r}", f"id {contract.id!r} is not the file's name {stem!r}"
        )
    table = notes.source.at(("schema", 0, "name"))
    if table != contract.id:
        notes.add(
            ("schema", 0, "name"),
            f"tên bảng {table!r} khác id {contract.id!r}",
            f"table {table!r} is not the id {contract.id!r}",
        )
    if not contract.key:
        notes.add(("schema", 0, "properties"), "không có cột khóa (primaryKey)", "no column is a primaryKey")


def _reporting(contract: Contract, known: Known, notes: Notes) -> None:
    if contract.owner not in known.units:
        notes.add(
            ("team",),
            f"đơn vị chủ quản {contract.owner!r} không có trong danh mục đơn vị",
            f"owner {contract.owner!r} is not in the register of units",
        )
    path = notes.source.custom((), "reportingUnits")
    for unit in contract.reporting.units:
        if unit != "owner" and unit not in known.units:
            notes.add(path, f"đơn vị báo cáo {unit!r} không có", f"unknown reporting unit {unit!r}")
    for kind in contract.reporting.each:
        if kind not in known.kinds:
            kinds = ", ".join(sorted(known.kinds))
            notes.add(
                path, f"loại đơn vị {kind!r} không có; có: {kinds}", f"unknown kind of unit {kind!r}; known: {kinds}"
            )


def _cadence(contract: Contract, notes: Notes) -> None:
    cadence = contract.cadence
    try:
        rule = DeadlineRule.parse(
            cadence.unit, cadence.due, every=cadence.frequency, cutoff=cadence.cutoff, grace=cadence.grace_days
        )
    except ValueError as error:
        vi, _, en = str(error).partition(" / ")
        notes.add(("slaProperties",), vi, en or vi)
        return
    path = notes.source.custom((), "validFrom")
    try:
        first = Period.parse(contract.valid_from)
    except ValueError as error:
        vi, _, en = str(error).partition(" / ")
        notes.add(path, f"validFrom: {vi}", f"validFrom: {en or vi}")
        return
    if first.kind != rule.frequency:
        notes.add(
            path,
            f"validFrom {contract.valid_from!r} không phải kỳ loại {rule.frequency}",
            f"validFrom {contract.valid_from!r} is no period of kind {rule.frequency}",
        )


def _named_columns(contract: Contract, known: Known, notes: Notes) -> None:
    """Columns that expectedKeys, subject and headline name."""
    names = {c.name for c in contract.columns}
    named: list[tuple[str, Any]] = [("headline", name) for name in contract.headline]
    if contract.subject is not None:
        named.append(("subject", contract.subject))
    if contract.expected_keys is not None:
        named.append(("expectedKeys", contract.expected_keys.column))
    for key, name in named:
        path = notes.source.custom((), key)
        if name not in names:
            notes.add(path, f"{key} nêu cột {name!r} không có", f"{key} names the unknown column {name!r}")
        elif key == "headline" and contract.column(name).measure is None:
            notes.add(
                path, f"headline nêu cột {name!r} không phải số đo", f"headline names {name!r}, which is no measure"
            )
    if contract.expected_keys is not None:
        each = contract.expected_keys.each
        if each not in known.kinds and each not in known.reference:
            notes.add(
                notes.source.custom((), "expectedKeys"),
                f"expectedKeys: không có loại đơn vị hay danh mục {each!r}",
                f"expectedKeys: no kind of unit and no reference table is called {each!r}",
            )
