"""The files that pages load, each under an address that changes with its content, and the frame of plain pages."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path

from dashboard.components.markup import Node, el
from dashboard.language import Language

__all__ = ["STATIC", "head_links", "plain_page", "scripts", "static_address"]

STATIC = Path(__file__).parent / "static"
_FONTS = tuple(
    f"be-vietnam-pro-{part}-{weight}-normal.woff2" for weight in (400, 600) for part in ("latin", "vietnamese")
)


def static_address(name: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=8).hexdigest()
    return f"/assets/{name}?h={digest}"


@cache
def head_links() -> str:
    """Icon, fonts, styles (hub.css first, then one file a part of the centre), and the theme's script."""
    fonts = "".join(
        f'<link rel="preload" href="/assets/fonts/{f}" as="font" type="font/woff2" crossorigin>' for f in _FONTS
    )
    styles = ["hub.css", *sorted(p.name for p in STATIC.glob("*.css") if p.name != "hub.css")]
    links = "".join(f'<link rel="stylesheet" href="{static_address(name)}">' for name in styles)
    icon = f'<link rel="icon" type="image/svg+xml" href="{static_address("icon.svg")}">'
    return f'{icon}{fonts}{links}<script src="{static_address("theme.js")}"></script>'


@cache
def scripts() -> str:
    """The scripts of the pages: hub.js first, then one file a part of the centre."""
    names = ["hub.js", *sorted(p.name for p in STATIC.glob("*.js") if p.name not in {"hub.js", "theme.js"})]
    return "".join(f'<script src="{static_address(name)}"></script>' for name in names)


def plain_page(words: Language, title: str, *body: Node) -> str:
    """A page that stands by itself, without Dash: sign-in, printed forms."""
    return (
        f'<!DOCTYPE html><html lang="{words.code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head_links()}</head>{el('body', *body, class_='plain')}</html>"
    )
