"""The operations centre as one ASGI app: Dash pages on FastAPI, health routes, and updates by push."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, Patch, State, ctx, dcc, html, no_update
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from dashboard.components.page import Page
from dashboard.components.shell import skeleton
from dashboard.health import add_health_routes, ledger_reachable
from dashboard.http_headers import HeadersMiddleware
from dashboard.language import DEFAULT, choose, language
from dashboard.pages.missing import broken
from dashboard.push import Updates
from dashboard.routes import find
from dashboard.shared import Shared
from dashboard.view import Answer, Ask, answer
from dashboard.views.lake import Lake
from data.clock import LOCAL_TIME, now

__all__ = ["create_app"]

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
_FONTS = tuple(
    f"be-vietnam-pro-{part}-{weight}-normal.woff2" for weight in (400, 600) for part in ("latin", "vietnamese")
)


def _hashed(name: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=8).hexdigest()
    return f"/assets/{name}?h={digest}"


def _index_page() -> str:
    fonts = "".join(
        f'<link rel="preload" href="/assets/fonts/{f}" as="font" type="font/woff2" crossorigin>' for f in _FONTS
    )
    return f"""<!DOCTYPE html>
<html lang="{DEFAULT}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<link rel="icon" type="image/svg+xml" href="{_hashed("icon.svg")}">
{fonts}
<link rel="stylesheet" href="{_hashed("hub.css")}">
<script src="{_hashed("theme.js")}"></script>
{{%css%}}
</head>
<body>
{{%app_entry%}}
{{%config%}}
{{%scripts%}}
<script src="{_hashed("hub.js")}"></script>
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


def _page(lake: Lake, kept: Shared[Answer], token: str, path: str, search: str, cookie: str | None) -> Answer:
    query = dict(parse_qsl(search.removeprefix("?"))[:20])
    words = choose(query.pop("lang", None), cookie)
    build, parts = find(path)

    def drawn() -> Answer:
        ask = Ask(path=path, query=query, words=words, now=_moment(query.get("as_of", "")), lake=lake, parts=parts)
        try:
            view = build(ask)
        except Exception:
            # A page that cannot even be laid out is a page with one panel that failed; the reason goes to the log.
            log.exception("page %s failed", path)
            view = broken(ask)
        return answer(view, ask)

    return kept.get((token, words.code, path, tuple(sorted(query.items()))), drawn)


def create_app(lake: Lake | None = None) -> FastAPI:
    """The ASGI app; `lake` is given by tests, else it is the one that the settings name."""
    source = lake or Lake()
    updates = Updates(source.version)
    kept: Shared[Answer] = Shared(worth=lambda built: built.whole)
    server = FastAPI(lifespan=updates.lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    add_health_routes(server, {"lake": source.version, "ledger": ledger_reachable})
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
    app.layout = html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="version"),
            dcc.Store(id="shown"),
            Page(id="page"),
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
        cookie = (ctx.cookies or {}).get("hub_language")
        found = _page(source, kept, updates.token, path or "/", search or "", cookie)
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
    server.add_middleware(HeadersMiddleware)
    return server
