"""How every verb takes its arguments and leaves: names checked against what is known, exit codes of definitions.md."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from data.clock import LOCAL_TIME, now
from data.contract import Contract, ContractError, ContractRegistry, load_contracts
from data.obligation import deadline_rule, full_code
from data.period import Period
from data.settings import settings
from data.unit_resolver import get_resolver
from data.units import load_units
from data.warehouse import lake_exists

__all__ = [
    "REJECTED",
    "UNREADABLE",
    "WRONG_USAGE",
    "needs_lake",
    "the_contract",
    "the_contracts",
    "the_file",
    "the_moment",
    "the_period",
    "the_unit",
    "wrong",
]

REJECTED, UNREADABLE, WRONG_USAGE = 1, 2, 64


def wrong(vi: str, en: str, code: int = WRONG_USAGE) -> NoReturn:
    """Say in one line what is wrong and leave."""
    print(f"{vi} / {en}", file=sys.stderr)
    sys.exit(code)


def the_file(path: Path) -> Path:
    """A file that is there and can be opened; else an end that names it."""
    if not path.is_file():
        wrong(f"Không có tệp “{path}”", f"no such file: {path}", UNREADABLE)
    if not os.access(path, os.R_OK):
        wrong(f"Không được quyền đọc tệp “{path}”", f"no permission to read: {path}", UNREADABLE)
    return path


def the_contracts() -> ContractRegistry:
    """All contracts."""
    return load_contracts(settings().contracts)


def the_contract(dataset: str) -> Contract:
    """The dataset's contract; an unknown name ends with those that are known."""
    try:
        return the_contracts()[dataset]
    except ContractError as error:
        wrong(str(error), "`hub contracts list` shows them")


def the_unit(text: str) -> str:
    """A unit's code from its code, short code or any spelling of its name; a guess is not taken."""
    units, province = load_units(settings().province), settings().province
    for code in (text, full_code(text, province)):
        if code in units:
            return code
    match = get_resolver(province).resolve(text)
    if match.code is not None and match.how in {"exact", "normalised"}:
        return match.code
    wrong(f"Không rõ đơn vị “{text}”: {match.reason_vi}", f"unclear unit: {match.reason_en}")


def the_period(token: str, contract: Contract) -> Period:
    """The period, of the kind that the dataset is reported by."""
    try:
        period = Period.parse(token)
    except ValueError:
        wrong(f"Kỳ “{token}” không đọc được, ví dụ 2026-10, 2026-W43, 2026-Q3", "cannot read the period")
    kind = deadline_rule(contract).frequency
    if period.kind != kind:
        wrong(
            f"“{contract.title}” báo cáo theo {kind}, “{token}” không phải kỳ loại ấy",
            f"the dataset's periods are of kind {kind}",
        )
    return period


def the_moment(text: str | None) -> datetime:
    """A moment in the province's time from ISO text; a bare day means its end, nothing means now."""
    if text is None:
        return now()
    try:
        moment = datetime.fromisoformat(text if "T" in text else f"{text}T23:59:59")
    except ValueError:
        wrong(f"Ngày “{text}” không đọc được, ví dụ 2026-10-31", "cannot read the date, e.g. 2026-10-31")
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_TIME)


def needs_lake() -> None:
    """End where nothing has ever been received."""
    if not lake_exists():
        wrong(
            "Kho dữ liệu còn trống: hãy gửi tệp đầu tiên hoặc chạy `hub demo`",
            "the lake is empty: send a file or run `hub demo`",
        )
