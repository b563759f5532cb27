"""The parameters that requests carry, each with the form that it must have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query

__all__ = [
    "Cursor",
    "DatasetName",
    "DatasetPath",
    "IdempotencyKey",
    "Limit",
    "PeriodToken",
    "ReceiptNumber",
    "Unit",
    "Wait",
]

_DATASET = r"^[a-z][a-z0-9_]{0,79}$"
_UNIT = r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$"
_PERIOD = r"^2\d{3}(-(W(0[1-9]|[1-4]\d|5[0-3])|Q[1-4]|H[12]|9M|T[12]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?$"

DatasetPath = Annotated[str, Path(pattern=_DATASET, examples=["lodging_guests"])]
DatasetName = Annotated[str | None, Query(pattern=_DATASET, examples=["lodging_guests"])]
Unit = Annotated[str | None, Query(pattern=_UNIT, examples=["56-SVHTTDL"])]
PeriodToken = Annotated[str | None, Query(pattern=_PERIOD, examples=["2026-10"])]
ReceiptNumber = Annotated[str, Path(pattern=r"^\d{4}-\d{2}-\d{6,12}$", examples=["2026-11-000123"])]
Cursor = Annotated[str | None, Query(pattern=r"^\d{1,15}$", examples=["120"])]
Limit = Annotated[int, Query(ge=1, le=200, examples=[50])]
Wait = Annotated[int, Query(ge=0, le=30, examples=[10])]
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$", examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"]),
]
