"""Problems: what the API answers where it cannot do as asked, in both languages (RFC 9457, problem+json)."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails
from sqlalchemy.exc import OperationalError
from starlette.requests import ClientDisconnect

from dashboard.language import language

__all__ = ["FieldError", "Problem", "ProblemError", "answer_of", "field_errors", "problem", "stands_for"]

log = logging.getLogger(__name__)
_VI, _EN = language("vi"), language("en")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BY_STATUS = {401: "nobody", 403: "not_allowed", 404: "nothing_here", 405: "no_such_method", 413: "too_large"}


class FieldError(BaseModel):
    """One value of the request that cannot be taken: where it stands, and why."""

    where: str
    """query, path, header or body."""
    pointer: str
    """Name of the parameter, or a JSON pointer (RFC 6901) into the body."""
    code: str
    detail: str
    detail_en: str


class Problem(BaseModel):
    """Why a request was not done. `title` and `detail` are Vietnamese, those with `_en` English."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/api/v1/docs#not_yours",
                    "code": "not_yours",
                    "status": 403,
                    "title": "Không thuộc đơn vị của bạn",
                    "title_en": "Not your unit's",
                    "detail": "Tài khoản này không được gửi “Khách lưu trú” cho đơn vị 56-SKHCN",
                    "detail_en": "this account may not send lodging_guests for 56-SKHCN",
                    "errors": [],
                }
            ]
        }
    )
    type: str
    code: str
    status: int
    title: str
    title_en: str
    detail: str
    detail_en: str
    errors: list[FieldError] = Field(default_factory=list)


class ProblemError(Exception):
    """Raised by a route to answer with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        vi: str,
        en: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{vi} / {en}")
        self.status, self.code, self.vi, self.en = status, code, vi, en
        self.errors, self.headers = tuple(errors), dict(headers or {})


def problem(status: int, code: str, *, headers: Mapping[str, str] | None = None, **values: object) -> ProblemError:
    """The problem of that code, its words from the catalogue with `{names}` filled in."""
    key = f"api.problem.{code}.detail"
    return ProblemError(status, code, _VI(key, **values), _EN(key, **values), headers=headers)


def answer_of(error: ProblemError) -> Response:
    """The problem as it is sent."""
    key = f"api.problem.{error.code}.title"
    if not _VI.has(key):
        key = "api.problem.refused.title"
    body = Problem(
        type=f"/api/v1/docs#{error.code}",
        code=error.code,
        status=error.status,
        title=_VI(key),
        title_en=_EN(key),
        detail=error.vi,
        detail_en=error.en,
        errors=list(error.errors),
    )
    return JSONResponse(body.model_dump(), error.status, error.headers, media_type="application/problem+json")


def _pointer(parts: Sequence[Any]) -> str:
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


def field_errors(found: Sequence[ErrorDetails] | Sequence[Any], where: str = "") -> tuple[FieldError, ...]:
    """What pydantic found, in both languages. `where` where the errors do not begin with it themselves."""
    made = []
    for error in list(found)[:50]:
        place, *rest = (where, *error["loc"]) if where else error["loc"] or ("body",)
        code, given = error["type"], dict(error.get("ctx") or {})
        key = f"api.invalid.{code}"
        vi = _VI(key, **given) if _VI.has(key) else _VI("api.invalid.other")
        name = _pointer(rest) if place == "body" else ".".join(str(p) for p in rest)
        made.append(FieldError(where=str(place), pointer=name, code=code, detail=vi, detail_en=error["msg"]))
    return tuple(made)


def _of_http(error: HTTPException) -> ProblemError:
    code = _BY_STATUS.get(error.status_code, "refused")
    return ProblemError(
        error.status_code,
        code,
        _VI(f"api.problem.{code}.detail"),
        _EN(f"api.problem.{code}.detail"),
        headers=error.headers,
    )


def stands_for(error: Exception) -> ProblemError:
    """The problem that any exception of a route stands for; what nobody foresaw is told to the log only."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RequestValidationError):
        made = problem(422, "invalid")
        made.errors = field_errors(error.errors())
        return made
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, ClientDisconnect):
        return problem(400, "broken_off")
    if isinstance(error, OSError) and error.errno in _FULL:
        log.error("no room left: %s", error)
        return problem(507, "disk_full")
    if isinstance(error, OperationalError):
        log.error("the ledger refused: %s", error)
        if "full" in str(error.orig):
            return problem(507, "disk_full")
        return problem(503, "busy", headers={"Retry-After": "2"})
    log.exception("API request failed", exc_info=error)
    return problem(500, "failed")


Handler = Callable[[Request], Coroutine[Any, Any, Response]]
