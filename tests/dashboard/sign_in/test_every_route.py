"""Every route of the app and every page, asked by nobody and by every role: what is declared is what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from dashboard.routes import ROUTES
from dashboard.sign_in.identity import OPEN
from dashboard.sign_in.permission import Required
from data.person import PERMISSIONS, roles
from tests.dashboard.test_app import panels
from tests.people import quick_hashes, signed_in

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")

ROLES = tuple(roles())
# What Dash itself serves: frames without data, and the one callback, whose pages are walked by themselves below.
DASH = ("/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/_reload-hash", "/", "{path:path}")
LEAVES = ("/sign-out",)
VALUES = {"path": "anything", "receipt": "2026-01-000000", "dataset": "lodging_guests", "period": "2026-10"}
REFUSED = ("vai trò không được phép", '"not_allowed"')
"""How a route says that it is not for the role; other refusals are about whose data it is."""


@dataclass(frozen=True)
class Walked:
    """One route as it is served, and what it declares; None where it declares nothing."""

    path: str
    method: str
    asks: tuple[str, ...] | None

    @property
    def open(self) -> bool:
        return self.path in OPEN or any(self.path.startswith(begin.rstrip("/") + "/") for begin in OPEN)

    @property
    def address(self) -> str:
        """The path with something in place of its parts."""
        return "/" + re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: VALUES.get(m[1], "1"), self.path).lstrip("/")

    def allows(self, role: str) -> bool:
        return self.asks is None or bool(roles()[role].may & set(self.asks))


def served(routes: list[object]) -> Iterator[object]:
    """Routes, also those of included routers, with the dependencies of their routers."""
    for route in routes:
        inner = getattr(route, "effective_candidates", None)
        if inner is None:
            yield route
        else:
            yield from served(inner())


def walked(app: FastAPI) -> list[Walked]:
    found = []
    for route in served(list(app.routes)):
        route = getattr(route, "starlette_route", None) or route
        if isinstance(route, (Mount, WebSocketRoute)):
            continue
        declared = [d.dependency for d in getattr(route, "dependencies", ()) if isinstance(d.dependency, Required)]
        # Several dependencies all ask; what is answered must fit their common part.
        asks = set(PERMISSIONS).intersection(*(d.permissions for d in declared)) if declared else None
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            if method != "HEAD":
                found.append(Walked(route.path, method, tuple(sorted(asks)) if asks is not None else None))  # type: ignore[attr-defined]
    return found


@pytest.fixture
def routes(started: TestClient) -> list[Walked]:
    started.get("/healthz")
    return walked(started.app)  # type: ignore[arg-type]


def test_the_walk_sees_the_routes_of_every_part(routes: list[Walked]) -> None:
    paths = {r.path for r in routes}
    assert {"/sign-in", "/sign-out", "/account/tokens/create", "/admin/accounts/reset", "/healthz"} <= paths
    assert len(routes) > 20


def test_every_route_declares_whom_it_is_for(routes: list[Walked]) -> None:
    undeclared = [r for r in routes if r.asks is None and not r.open and r.path not in DASH]
    assert undeclared == []


def test_open_are_only_the_way_in_and_files_without_data() -> None:
    assert set(OPEN) == {
        "/sign-in", "/healthz", "/readyz", "/assets/", "/_dash-component-suites/", "/_favicon.ico",
        "/api/v1/openapi.json",
    }  # fmt: skip


def test_nobody_is_asked_to_sign_in_everywhere(client: TestClient, routes: list[Walked]) -> None:
    client.cookies.clear()
    wrong = []
    for route in routes:
        if route.open:
            continue
        answer = client.request(route.method, route.address, follow_redirects=False)
        if answer.status_code != 401 or "problem+json" not in answer.headers["content-type"]:
            wrong.append((route, answer.status_code))
        page = client.get(route.address, headers={"accept": "text/html"}, follow_redirects=False)
        if not route.path.startswith("/api/") and not page.headers.get("location", "").startswith("/sign-in?next="):
            wrong.append((route, page.status_code))
    assert wrong == []


def test_nobody_listens_at_a_websocket(client: TestClient, started: TestClient) -> None:
    client.cookies.clear()
    sockets = [r.path for r in served(list(started.app.routes)) if isinstance(r, WebSocketRoute)]  # type: ignore[attr-defined]
    assert "/ws/updates" in sockets
    for path in sockets:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
            pass


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may_and_nothing_else(client: TestClient, routes: list[Walked], role: str) -> None:
    signed_in(client, role)
    wrong = []
    for route in routes:
        answer = client.request(route.method, route.address, follow_redirects=False)
        told = answer.status_code == 403 and any(words in answer.text for words in REFUSED)
        kept_out = told or answer.status_code == 401
        # Dash answers 500 to a call that is none of its own; that stays between it and the caller.
        broken = answer.status_code >= 500 and not route.path.startswith("/_dash")
        if broken or kept_out == (route.open or route.allows(role)):
            wrong.append(f"{route.method} {route.path} {route.asks}: {answer.status_code} {answer.text[:80]}")
        if route.path in LEAVES:
            signed_in(client, role)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_is_told_of_the_others(client: TestClient, role: str) -> None:
    signed_in(client, role)
    wrong = []
    for page in ROUTES:
        path = re.sub(r"<(\w+)>", lambda m: VALUES.get(m[1], "lodging_guests"), page.path)
        shown = panels(client, path)
        if ("forbidden" in shown) == bool(roles()[role].may & set(page.asks)):
            wrong.append((page.path, role, list(shown)))
    assert wrong == []


def test_every_page_is_for_somebody_and_no_department_reads_everything() -> None:
    for page in ROUTES:
        assert page.asks and set(page.asks) <= set(PERMISSIONS)
    for role in ("department", "approver"):
        assert not roles()[role].may & {"read.all", "operate", "administer", "engineer", "unmask.all"}
    assert roles()["leader"].may == {"read.all"}
