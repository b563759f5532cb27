"""JSON rows as a file: what a program sends is kept, read and judged like any file, its cells being JSON pointers."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dashboard.api.models import RowsToSend
from dashboard.api.problem import FieldError, field_errors, problem
from dashboard.language import language
from data.contract import Contract

__all__ = ["read_rows", "write_rows"]

_MOST_ERRORS = 50


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def read_rows(path: Path) -> RowsToSend:
    """The body of a JSON submission; its decimal numbers stay exactly as written. Raises ProblemError 422."""
    try:
        value = json.loads(path.read_bytes(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise problem(422, "no_json") from None
    try:
        return RowsToSend.model_validate(value)
    except ValidationError as error:
        made = problem(422, "invalid")
        made.errors = field_errors(error.errors(include_url=False), "body")
        raise made from None


def write_rows(given: RowsToSend, contract: Contract, target: Path) -> None:
    """Write the rows as a JSON list, one row a line: the same rows give the same bytes.

    Raises ProblemError 422 that names what is no column of the dataset.
    """
    known = {c.name for c in contract.columns}
    errors: list[FieldError] = []
    for number, row in enumerate(given.rows):
        for name in row.keys() - known:
            vi, en = (language(c)("api.invalid.no_column", column=name[:60], dataset=contract.id) for c in ("vi", "en"))
            at = "/".join(("/rows", str(number), name[:60].replace("~", "~0").replace("/", "~1")))
            errors.append(FieldError(where="body", pointer=at, code="no_column", detail=vi, detail_en=en))
        if len(errors) >= _MOST_ERRORS:
            break
    if errors:
        made = problem(422, "invalid")
        made.errors = tuple(errors[:_MOST_ERRORS])
        raise made
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("[\n")
        for number, row in enumerate(given.rows):
            pairs = ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_written(v)}" for k, v in row.items())
            out.write(("" if number == 0 else ",\n") + "{" + pairs + "}")
        out.write("\n]\n")


def _written(value: str | int | Decimal | bool | None) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
