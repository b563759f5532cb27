"""Headers of every answer: what the browser may load and run, and how long it may keep what carries its hash."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_POLICY", "HeadersMiddleware"]

_FOR_EVER = "public, max-age=31536000, immutable"


CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        # The one page that carries inline script elements (Dash's start) holds no words of a user, and elements put
        # in as markup later are never run by a browser; what could run there, handlers in attributes, is refused.
        # So an inspection tool (axe) can still be put into a page, and a browser test can ask it questions (eval).
        "script-src-elem 'self' 'unsafe-inline'",
        "script-src-attr 'none'",
        "script-src 'self' 'unsafe-eval'",
        # Bars and marks carry their width as a style attribute.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy: everything from this host only."""


class HeadersMiddleware:
    """Adds the security headers, and cache headers by what an address promises."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._fixed = {
            "Content-Security-Policy": CONTENT_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._fixed.items():
                    headers[name] = value
                headers["Cache-Control"] = _keep(scope, message["status"], headers.get("cache-control"))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _keep(scope: Scope, status: int, given: str | None) -> str:
    path = scope["path"]
    if status in (200, 304):
        # Names that carry a hash or a version never change their content.
        if path.startswith("/_dash-component-suites/") and given:
            return _FOR_EVER
        if path.startswith("/assets/") and (
            path.startswith("/assets/fonts/") or "h" in parse_qs(scope["query_string"].decode("latin-1"))
        ):
            return _FOR_EVER
    return "no-store" if given == "no-store" else "no-cache"
