"""The operations centre as one ASGI app: Dash pages on FastAPI, health routes, and updates by push."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, Patch, State, ctx, dcc, html, no_update
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from dashboard.api.v1 import add_api
from dashboard.audit_routes import router as audit_routes
from dashboard.components.page import Page
from dashboard.components.shell import READER, skeleton
from dashboard.desk.routes import router as desk_routes
from dashboard.directives import reading as directive_readings
from dashboard.directives.routes import router as directive_routes
from dashboard.grid_slot import add_slot
from dashboard.health import add_health_routes, ledger_reachable
from dashboard.http_headers import HeadersMiddleware
from dashboard.language import DEFAULT, choose, language
from dashboard.ledger_access import the_ledger
from dashboard.not_done import add_not_done
from dashboard.pages.missing import broken, forbidden
from dashboard.privacy_routes import router as privacy_routes
from dashboard.push import Updates
from dashboard.routes import Route, find
from dashboard.shared import Shared
from dashboard.sign_in.administration import router as administration
from dashboard.sign_in.identity import COOKIE, IdentityMiddleware, account_of_cookie
from dashboard.sign_in.oidc import router as oidc_pages
from dashboard.sign_in.own_account import router as own_account
from dashboard.sign_in.page import router as sign_in_pages
from dashboard.static_files import STATIC, head_links, scripts
from dashboard.verdict import quick
from dashboard.verdict.routes import router as verdict_routes
from dashboard.verdict.stored import the_lake
from dashboard.view import Answer, Ask, answer
from dashboard.views.lake import Lake
from data.audit import newest
from data.clock import LOCAL_TIME, now
from data.person import Person

__all__ = ["create_app"]

log = logging.getLogger(__name__)


def _index_page() -> str:
    return f"""<!DOCTYPE html>
<html lang="{DEFAULT}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
{head_links()}
{{%css%}}
</head>
<body>
{{%app_entry%}}
{{%config%}}
{{%scripts%}}
{scripts()}
{{%renderer%}}
</body>
</html>"""


class _Pages(Dash):
    """Dash with our own page skeleton in place of "Loading…", and no icon of its own."""

    def _config(self) -> dict[str, Any]:
        # Dash would name its maker's host for a version check; nothing of ours names another host.
        return {**super()._config(), "dash_version_url": ""}  # type: ignore[no-untyped-call]

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        parts["app_entry"] = f'<div id="react-entry-point">{skeleton(language(DEFAULT))}</div>'
        return str(super().interpolate_index(**parts))  # type: ignore[no-untyped-call]


def _moment(as_of: str) -> datetime:
    """The moment that a page's statuses stand at: the end of the day asked for, else now."""
    try:
        day = datetime.strptime(as_of, "%Y-%m-%d")
    except ValueError:
        return now()
    return datetime.combine(day, time(), LOCAL_TIME) + timedelta(days=1, seconds=-1)


def _asked(
    lake: Lake, path: str, search: str, cookie: str | None, person: Person, session: str = ""
) -> tuple[Route, Ask]:
    query = dict(parse_qsl(search.removeprefix("?"))[:20])
    words = choose(query.pop("lang", None), cookie)
    route, parts = find(path)
    ask = Ask(
        path=path,
        query=query,
        words=words,
        now=_moment(query.get("as_of", "")),
        lake=lake,
        person=person,
        parts=parts,
        session=session,
    )
    return route, ask


def _for_them(route: Route, person: Person) -> bool:
    return any(person.may(permission) for permission in route.asks)


def _page(
    lake: Lake,
    kept: Shared[Answer],
    token: str,
    path: str,
    search: str,
    cookie: str | None,
    person: Person,
    session: str = "",
) -> Answer:
    route, ask = _asked(lake, path, search, cookie, person, session)
    build = route.build if _for_them(route, person) else forbidden

    def drawn() -> Answer:
        try:
            view = build(ask)
        except Exception:
            # A page that cannot even be laid out is a page with one panel that failed; the reason goes to the log.
            log.exception("page %s failed", path)
            view = broken(ask)
        return answer(view, ask)

    if not route.kept:
        return _named(drawn(), person)
    # What a page shows depends on the role and the unit, not on who it is.
    key = (token, ask.words.code, path, tuple(sorted(ask.query.items())), person.role, person.unit)
    return _named(kept.get(key, drawn), person)


def _named(found: Answer, person: Person) -> Answer:
    """The answer with the reader's own name in its header."""
    panels = dict(found.panels)
    if "header" in panels:
        panels["header"] = panels["header"].replace(READER, escape(person.name))
    return replace(found, panels=panels)


def _deeds() -> int:
    """Grows whenever a submission moved on, was judged here, or somebody did something at the desk."""
    ledger = the_ledger()
    return ledger.position() + newest(ledger) + quick.made() + directive_readings.moved()


def _living(updates: Updates) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs as long as the server does: the watcher, and the children that judge (started beside, not before)."""

    @asynccontextmanager
    async def life(server: FastAPI) -> AsyncIterator[None]:
        quick.start()
        try:
            async with updates.lifespan(server):
                yield
        finally:
            quick.stop()

    return life


def create_app(lake: Lake | None = None) -> FastAPI:
    """The ASGI app; `lake` is given by tests, else it is the one that the settings name."""
    source = lake or the_lake()
    updates = Updates(source.version, _deeds)
    kept: Shared[Answer] = Shared(worth=lambda built: built.whole)
    server = FastAPI(lifespan=_living(updates), docs_url=None, redoc_url=None, openapi_url=None)
    add_health_routes(server, {"lake": source.version, "ledger": ledger_reachable})
    for router in (sign_in_pages, oidc_pages, own_account, administration):
        server.include_router(router)
    server.include_router(audit_routes)
    server.include_router(privacy_routes)
    server.include_router(desk_routes)
    server.include_router(verdict_routes)
    server.include_router(directive_routes)
    add_api(server)
    add_not_done(server)
    updates.serve(server)
    app = _Pages(
        __name__,
        server=server,  # type: ignore[arg-type]
        assets_folder=str(STATIC),
        assets_ignore=".*",
        index_string=_index_page(),
        title=language(DEFAULT)("title"),
        update_title="",
        suppress_callback_exceptions=True,
        include_pages_meta=False,
    )

    def asked(path: str, search: str) -> Ask | None:
        cookies = ctx.cookies or {}
        account = account_of_cookie(cookies.get(COOKIE))
        if account is None:
            return None
        route, ask = _asked(source, path, search, cookies.get("hub_language"), account.person)
        return ask if _for_them(route, account.person) else None

    app.layout = html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="version"),
            dcc.Store(id="shown"),
            Page(id="page"),
            *add_slot(app, asked),
        ]
    )

    @app.callback(
        Output("page", "kind"),
        Output("page", "title"),
        Output("page", "panels"),
        Output("page", "order"),
        Output("page", "address"),
        Output("shown", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("version", "data"),
        State("shown", "data"),
    )
    def show(path: str | None, search: str | None, _version: str | None, shown: dict[str, Any] | None) -> Any:
        cookies = ctx.cookies or {}
        account = account_of_cookie(cookies.get(COOKIE))
        if account is None:
            raise PermissionError("nobody is signed in")
        language_chosen = cookies.get("hub_language")
        person, session = account.person, cookies.get(COOKIE, "")
        found = _page(source, kept, updates.token, path or "/", search or "", language_chosen, person, session)
        now_shown = {"address": found.address, "digests": dict(found.digests)}
        if not shown or shown.get("address") != found.address or set(shown["digests"]) != set(found.digests):
            return found.kind, found.title, dict(found.panels), list(found.order), found.address, now_shown
        changed = [name for name, digest in found.digests.items() if shown["digests"].get(name) != digest]
        if not changed:
            return (no_update,) * 6
        patch = Patch()
        for name in changed:
            patch[name] = found.panels[name]
        return no_update, no_update, patch, no_update, no_update, now_shown

    server.add_middleware(GZipMiddleware, minimum_size=700, compresslevel=6)
    server.add_middleware(IdentityMiddleware)
    server.add_middleware(HeadersMiddleware)
    return server
