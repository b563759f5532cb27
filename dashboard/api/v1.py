"""/api/v1: all its routes, its specification and its readable page, and a clear word for every other address."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.routing import BaseRoute, Match

from dashboard.api import datasets, obligations, submissions
from dashboard.api.docs_page import docs_page
from dashboard.api.problem import problem
from dashboard.api.route import ApiRoute
from dashboard.api.specification import specification
from dashboard.language import choose
from dashboard.sign_in.permission import requires
from data.person import PERMISSIONS

__all__ = ["PREFIX", "add_api"]

PREFIX = "/api/v1"
_SPOKEN = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

_documented = APIRouter(prefix=PREFIX, route_class=ApiRoute)
_documented.include_router(obligations.router)
_documented.include_router(datasets.router)
_documented.include_router(submissions.router)
_around = APIRouter(prefix=PREFIX, route_class=ApiRoute, include_in_schema=False)


@_around.api_route("/openapi.json", methods=list(_SPOKEN))
def openapi(request: Request) -> JSONResponse:
    """The specification, OpenAPI 3.1; `?lang=en` in English."""
    if request.method not in {"GET", "HEAD"}:
        raise problem(405, "no_such_method", headers={"Allow": "GET, HEAD"}, allowed="GET, HEAD")
    return JSONResponse(_specification(choose(request.query_params.get("lang"), None).code))


@_around.get("/docs", dependencies=[requires(*PERMISSIONS)])
def docs(request: Request) -> HTMLResponse:
    """The specification as a page that loads nothing from elsewhere."""
    words = choose(request.query_params.get("lang"), request.cookies.get("hub_language"))
    return HTMLResponse(docs_page(words, _specification(words.code)))


@_around.api_route("/{rest:path}", methods=list(_SPOKEN), dependencies=[requires(*PERMISSIONS)])
def nothing_here(request: Request) -> Response:
    """Any other address or method under the API."""
    allowed = sorted({m for route in _documented.routes for m in _methods(route, request)})
    if allowed:
        raise problem(405, "no_such_method", headers={"Allow": ", ".join(allowed)}, allowed=", ".join(allowed))
    raise problem(404, "nothing_here")


@cache
def _specification(code: str) -> dict[str, Any]:
    return specification(code, _documented.routes)


def _methods(route: BaseRoute, request: Request) -> set[str]:
    """The methods that this address answers to."""
    return {m for m in _SPOKEN if route.matches({**request.scope, "method": m})[0] == Match.FULL}


def add_api(server: FastAPI) -> None:
    """Put the API on the server."""
    server.include_router(_documented)
    server.include_router(_around)
